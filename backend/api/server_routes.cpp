#include <span>

#include "api/routes.hpp"

namespace storefleet {

/// openapi.yaml; see embed.cmake.
std::span<const std::pair<std::string_view, std::string_view>> openapi_files();

namespace {

const std::string& openapi_document() {
  static const std::string kDocument = json::serialize(parse_yaml(openapi_files().front().second).value());
  return kDocument;
}

}  // namespace

Task<Answer> livez(const ApiDependencies& api, ApiRequest) {
  co_return api.health.livez();
}

Task<Answer> readyz(const ApiDependencies& api, ApiRequest request) {
  const auto excluded = request.query.all("exclude");
  co_return api.health.readyz({excluded.begin(), excluded.end()});
}

Task<Answer> version(const ApiDependencies& api, ApiRequest) {
  co_return api.health.version();
}

Task<Answer> openapi(const ApiDependencies&, ApiRequest) {
  co_return HttpResponse{
      .status = 200, .headers = {{"Content-Type", "application/json"}}, .body = openapi_document()};
}

}  // namespace storefleet
