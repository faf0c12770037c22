#include "api/gate/planted_cookies.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/auth.hpp"

namespace storefleet::api {
namespace {

constexpr std::size_t kMostPaths = 12;
constexpr std::size_t kMostDomains = 4;

/// Every path whose cookies come with a request for this one (RFC 6265, 5.1.4), the shortest first.
std::vector<std::string> paths_of(std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  std::vector<std::string> paths{"/"};
  for (std::size_t i = 1; i <= path.size() && paths.size() < kMostPaths; ++i) {
    if (i < path.size() && path[i] != '/') continue;
    if (path[i - 1] != '/') paths.emplace_back(path.substr(0, i));
    if (i < path.size()) paths.emplace_back(path.substr(0, i + 1));
  }
  return paths;
}

/// The host and the domains above it for which a cookie can be set; none where it is an address.
std::vector<std::string> domains_of(std::string_view host) {
  std::vector<std::string> domains;
  const auto known = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const auto digit = [](char c) { return c == '.' || (c >= '0' && c <= '9'); };
  if (!std::ranges::all_of(host, known) || std::ranges::all_of(host, digit)) return domains;
  while (host.contains('.') && domains.size() < kMostDomains) {
    domains.emplace_back(host);
    host.remove_prefix(host.find('.') + 1);
  }
  return domains;
}

}  // namespace

std::vector<std::string> forget_planted(const http::Headers& headers, std::string_view name,
                                        std::string_view target) {
  std::vector<std::string> orders;
  if (cookie_values(headers, name).size() < 2) return orders;
  const auto safe = [](char c) { return c > ' ' && c < '\x7f' && c != ';' && c != ','; };
  for (const auto& domain : domains_of(host_name(headers)))
    for (const auto& path : paths_of(target))
      if (std::ranges::all_of(path, safe))
        orders.push_back(fmt::format("{}=; Domain={}; Path={}; Max-Age=0", name, domain, path));
  return orders;
}

}  // namespace storefleet::api
