#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/auth.hpp"
#include "api/problem.hpp"
#include "base/json.hpp"
#include "http/message.hpp"
#include "http/percent.hpp"

namespace storefleet::api {

/// What a handler knows about its work that the path does not say, for the audit log.
struct AuditNote {
  std::string subject;  // like "store/demo"
  std::string team;
  bool dry_run = false;  // nothing is to change: not worth an entry
};

/// A request on its way to a route: matched, authenticated, its target taken apart.
struct ApiRequest {
  http::Request http;
  std::string id;
  std::string trace_id;  // of the distributed trace that it belongs to
  Principal caller;
  std::map<std::string, std::string, std::less<>> path;
  http::QueryParameters query;
  std::shared_ptr<const Store> store = nullptr;  // the one that the path names, where there is one
  std::shared_ptr<AuditNote> note = std::make_shared<AuditNote>();  // the same in all copies

  [[nodiscard]] std::string path_parameter(std::string_view name) const {
    const auto found = path.find(name);
    return found == path.end() ? std::string() : found->second;
  }
};

/// Reads query parameters; what is wrong, or not asked for, ends in `problem()`.
class QueryReader {
 public:
  explicit QueryReader(const http::QueryParameters& query) : query_(query) {}

  [[nodiscard]] bool has(std::string_view name) const { return query_.get(name).has_value(); }
  /// At most so many characters, as openapi.yaml says of it.
  std::string text(std::string_view name, std::size_t most = 1024);
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most);
  bool flag(std::string_view name);
  void wrong(std::string_view name, std::string_view why);

  /// Call last: 400 InvalidParameter where something was wrong.
  [[nodiscard]] std::optional<Problem> problem();

 private:
  const http::QueryParameters& query_;
  std::vector<std::string_view> known_;
  std::string trouble_;
};

/// Whether the text can be the name of a Kubernetes resource (RFC 1123 subdomain characters). Everything else
/// is refused before it reaches a port, so that no path segment can be more than a name.
bool is_resource_name(std::string_view text);

http::Response json_response(unsigned status, const json::value& body);

}  // namespace storefleet::api
