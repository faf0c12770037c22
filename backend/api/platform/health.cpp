#include "api/platform/health.hpp"

#include <algorithm>

#include "api/request.hpp"
#include "base/json.hpp"

namespace storefleet::api {

http::Response Health::livez() const {
  return json_response(200, json::object{{"status", "ok"}, {"checks", json::array{}}});
}

void Health::add(Inquiry inquiry) {
  auto known = std::make_shared<Known>(
      Known{std::move(inquiry), fail(ErrorCode::kUnavailable, "It has not been asked yet.")});
  checks_.push_back({known->inquiry.name, [known] { return known->answer; }});
  inquiries_.push_back(std::move(known));
}

Task<void> Health::inquire() {
  for (const auto& known : inquiries_) {
    auto answer = co_await known->inquiry.run();
    known->answer = std::move(answer);
  }
}

Task<void> Health::watch(std::chrono::milliseconds pause) {
  while (true) {
    co_await inquire();
    const bool go_on = co_await sleep_for(pause);
    if (!go_on) co_return;
  }
}

http::Response Health::readyz(const std::vector<std::string>& excluded) const {
  json::array checks;
  bool ready = true;
  for (const auto& check : checks_) {
    if (std::ranges::find(excluded, check.name) != excluded.end()) continue;
    const auto outcome = check.run();
    json::object entry{{"name", check.name}, {"ok", outcome.has_value()}};
    if (!outcome) entry["message"] = outcome.error().message;
    checks.emplace_back(std::move(entry));
    ready = ready && outcome.has_value();
  }
  return json_response(ready ? 200 : 503,
                       json::object{{"status", ready ? "ok" : "failing"}, {"checks", std::move(checks)}});
}

http::Response Health::version() const {
  return json_response(200, json::object{{"version", version_}, {"apiVersion", "v1"}});
}

}  // namespace storefleet::api
