#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/stores/change.hpp"
#include "api/stores/routes.hpp"
#include "base/log.hpp"

namespace storefleet::api {
namespace {

Problem not_ready(const std::string& name) {
  return {.status = 409,
          .code = ProblemCode::kCredentialsNotReady,
          .detail = fmt::format("The store '{}' has no admin account yet.", name),
          .remedy = "Wait until the store is ready, then ask again.",
          .retry_after = 2};
}

}  // namespace

Task<Answer> get_store_steps(const ApiDependencies& /*api*/, ApiRequest request) {
  const auto& store = *request.store;
  co_return json_response(200, step_list_dto(store));
}

Task<Answer> get_store_credentials(const ApiDependencies& api, ApiRequest request) {
  const auto& store = *request.store;
  const auto credentials = co_await api.insight.credentials(store);
  if (!credentials && credentials.error().code == ErrorCode::kNotFound)
    co_return std::unexpected(not_ready(store.name));
  if (!credentials) co_return refuse(credentials.error());
  log_done("store credentials read", store.name, store.spec.team, request);
  json::object body{{"username", credentials->username}, {"password", credentials->password}};
  if (!store.status.admin_url.empty()) body["adminUrl"] = store.status.admin_url;
  co_return json_response(200, body);
}

Task<Answer> create_store_login(const ApiDependencies& api, ApiRequest request) {
  const auto& store = *request.store;
  if (store.is_stopped()) co_return std::unexpected(store_stopped(store));
  const auto link = co_await api.insight.login_link(store);
  if (!link && link.error().code == ErrorCode::kNotFound) co_return std::unexpected(not_ready(store.name));
  if (!link) co_return refuse(link.error());
  log_done("store login link made", store.name, store.spec.team, request);
  auto response =
      json_response(200, json::object{{"url", link->url}, {"expiresAt", format_time(link->expires_at)}});
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

Task<Answer> check_store(const ApiDependencies& api, ApiRequest request) {
  const auto& store = *request.store;
  if (store.is_stopped()) co_return std::unexpected(store_stopped(store));
  const auto place =
      api.budgets->order_tests.take(budget_holder(request.caller, request.http.remote_address));
  if (!place)
    co_return std::unexpected(
        exhausted(place.error(), "order tests that run", "Wait for the others, which take some seconds."));
  const auto report = co_await api.check.check(store);
  if (!report && report.error().code == ErrorCode::kNotFound)
    co_return std::unexpected(not_ready(store.name));
  if (!report) co_return refuse(report.error());
  log_info("store checked", {{"store", store.name},
                             {"passed", report->passed() ? "true" : "false"},
                             {"caller", request.caller.name},
                             {"request_id", request.id},
                             {"trace_id", request.trace_id}});
  co_return json_response(200, check_report_dto(*report));
}

}  // namespace storefleet::api
