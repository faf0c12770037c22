#include "api/testing/api_fixture.hpp"

#include "http/testing.hpp"

namespace storefleet::api {
namespace {

Task<void> handle_into(Api& api, http::Request request, http::Response& response) {
  response = co_await api.handle(std::move(request));
}

Task<void> catch_up(EventHub& hub) {
  co_await hub.catch_up();
}

Result<void> check_stores(StoreGateway& stores) {
  return stores.visit([](const Store&) {});
}

}  // namespace

ApiTest::ApiTest() {
  health_.add(Health::Check{"cluster", [this] { return check_stores(stores_); }});
  health_.add(Health::Inquiry{"database", [this] { return history_.ping(); }});
}

http::Response ApiTest::handle(Api& api, http::Request request) {
  http::Response response;
  testing::run(context_, handle_into(api, std::move(request), response));
  return response;
}

http::Response ApiTest::send(const std::string& method, const std::string& target, const std::string& body,
                             http::Headers headers) {
  if (!token_.empty()) headers.set("Authorization", "Bearer " + token_);
  if (!body.empty() && !headers.contains("Content-Type")) headers.set("Content-Type", "application/json");
  testing::run(context_, catch_up(hub_));
  testing::run(context_, health_.inquire());
  auto response =
      handle(api_, {.method = method, .target = target, .headers = std::move(headers), .body = body});
  contract_.expect_documented(method, std::string(http::split_target(target).path), response);
  EXPECT_FALSE(response.headers.get("X-Request-Id").empty());
  return response;
}

Store& ApiTest::ready_store(const std::string& name) {
  Store store;
  store.name = name;
  store.uid = "uid-of-" + name;
  store.generation = 1;
  store.created_at = parse_time("2026-11-24T11:15:00Z").value();
  store.spec.engine = "woocommerce";
  store.spec.title = "The " + name;
  store.status.phase = Phase::kReady;
  store.status.id = "0q8r4j5k6m";
  store.status.store_namespace = "store-0q8r4j5k6m";
  store.status.url = "http://" + name + ".localhost/";
  store.status.admin_url = store.status.url + "wp-admin/";
  store.status.engine_version = "11.0.1";
  store.status.ready_seconds = 2.5;
  store.status.steps = {{.name = StepName::kHosts,
                         .state = StepState::kDone,
                         .started_at = store.created_at,
                         .finished_at = store.created_at,
                         .message = {}}};
  store.status.conditions = {{"Ready", true, "CommerceCheckPassed", "", store.created_at}};
  return stores_.stores[name] = store;
}

json::value ApiTest::body_of(const http::Response& response) {
  return parse_json(response.body).value();
}

std::string ApiTest::code_of(const http::Response& response) {
  return string_or(body_of(response), {"code"});
}

std::vector<std::string> ApiTest::pointers_of(const http::Response& response) {
  std::vector<std::string> pointers;
  const auto body = body_of(response);
  for (const auto& error : array_at(body, {"errors"})) pointers.push_back(string_or(error, {"pointer"}));
  return pointers;
}

}  // namespace storefleet::api
