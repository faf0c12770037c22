#include "api/health.hpp"

#include <algorithm>

#include "api/request.hpp"
#include "base/json.hpp"

namespace storefleet {

HttpResponse Health::livez() const {
  return json_response(200, json::object{{"status", "ok"}, {"checks", json::array{}}});
}

Task<HttpResponse> Health::readyz(std::vector<std::string> excluded) const {
  json::array checks;
  bool ready = true;
  for (const auto& check : checks_) {
    if (std::ranges::find(excluded, check.name) != excluded.end()) continue;
    const auto outcome = co_await check.run();
    json::object entry{{"name", check.name}, {"ok", outcome.has_value()}};
    if (!outcome) entry["message"] = outcome.error().message;
    checks.emplace_back(std::move(entry));
    ready = ready && outcome.has_value();
  }
  co_return json_response(ready ? 200 : 503,
                          json::object{{"status", ready ? "ok" : "failing"}, {"checks", std::move(checks)}});
}

HttpResponse Health::version() const {
  return json_response(200, json::object{{"version", version_}, {"apiVersion", "v1"}});
}

}  // namespace storefleet
