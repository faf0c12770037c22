#include <span>

#include "api/routes.hpp"

namespace storefleet {

/// openapi.yaml; see embed.cmake.
std::span<const std::pair<std::string_view, std::string_view>> openapi_files();

namespace {

json::object check(std::string_view name, const Result<void>& outcome) {
  json::object object{{"name", name}, {"ok", outcome.has_value()}};
  if (!outcome) object["message"] = outcome.error().message;
  return object;
}

const std::string& openapi_document() {
  static const std::string kDocument = json::serialize(parse_yaml(openapi_files().front().second).value());
  return kDocument;
}

}  // namespace

Task<Answer> livez(const ApiDependencies&, ApiRequest) {
  co_return json_response(200, json::object{{"status", "ok"}, {"checks", json::array{}}});
}

Task<Answer> readyz(const ApiDependencies& api, ApiRequest) {
  Result<void> cluster;
  if (const auto stores = api.stores.list(); !stores) cluster = std::unexpected(stores.error());
  const auto database = co_await api.history.ping();
  const bool ready = cluster && database;
  co_return json_response(
      ready ? 200 : 503,
      json::object{{"status", ready ? "ok" : "failing"},
                   {"checks", json::array{check("cluster", cluster), check("database", database)}}});
}

Task<Answer> version(const ApiDependencies& api, ApiRequest) {
  co_return json_response(200, json::object{{"version", api.version}, {"apiVersion", "v1"}});
}

Task<Answer> openapi(const ApiDependencies&, ApiRequest) {
  co_return HttpResponse{
      .status = 200, .headers = {{"Content-Type", "application/json"}}, .body = openapi_document()};
}

}  // namespace storefleet
