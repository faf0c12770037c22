#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/percent.hpp"

namespace storefleet::api {

/// What Router::match found. `target` is null where nothing has that path, or not for that method: then
/// `allowed` lists the methods that the path has.
template <class Target>
struct RouteMatch {
  const Target* target = nullptr;
  std::string_view route = "unmatched";  // the template; valid as long as the router
  std::map<std::string, std::string, std::less<>> parameters;
  std::vector<std::string> allowed;
};

/// Finds what answers a method and path among templates like "/stores/{name}/events". Pure; a literal
/// segment wins over a parameter, then the first added.
template <class Target>
class Router {
 public:
  void add(std::string method, std::string path, Target target) {
    const auto segments = split(path);
    routes_.push_back(
        {std::move(method), {segments.begin(), segments.end()}, std::move(path), std::move(target)});
  }

  /// `path` as on the wire; parameters come out percent-decoded.
  [[nodiscard]] RouteMatch<Target> match(std::string_view method, std::string_view path) const {
    RouteMatch<Target> best;
    std::size_t fewest = segments_limit();
    const auto segments = split(path);
    for (const auto& route : routes_) {
      std::map<std::string, std::string, std::less<>> parameters;
      if (!fits(route, segments, parameters)) continue;
      best.allowed.push_back(route.method);
      if (route.method != method || parameters.size() >= fewest) continue;
      fewest = parameters.size();
      best.target = &route.target;
      best.route = route.path;
      best.parameters = std::move(parameters);
    }
    return best;
  }

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    std::string path;
    Target target;
  };

  static constexpr std::size_t segments_limit() { return static_cast<std::size_t>(-1); }

  static std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
      path.remove_prefix(1);  // the "/"
      const auto end = std::min(path.find('/'), path.size());
      segments.emplace_back(path.substr(0, end));
      path.remove_prefix(end);
    }
    return segments;
  }

  static bool fits(const Route& route, const std::vector<std::string_view>& segments,
                   std::map<std::string, std::string, std::less<>>& parameters) {
    if (route.segments.size() != segments.size()) return false;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const auto& expected = route.segments[i];
      if (!expected.starts_with('{')) {
        if (expected != segments[i]) return false;
        continue;
      }
      // "{name}:check" is a custom method of what {name} stands for.
      const auto close = expected.find('}');
      const auto suffix = std::string_view(expected).substr(close + 1);
      if (suffix.empty() ? segments[i].contains(':') : !segments[i].ends_with(suffix)) return false;
      auto value = http::percent_decode(segments[i].substr(0, segments[i].size() - suffix.size()));
      if (!value || value->empty()) return false;
      parameters.emplace(expected.substr(1, close - 1), std::move(*value));
    }
    return true;
  }

  std::vector<Route> routes_;
};

}  // namespace storefleet::api
