#include <algorithm>
#include <span>
#include <string_view>

#include "api/platform/health.hpp"
#include "api/platform/routes.hpp"
#include "base/utf8.hpp"

namespace storefleet::api {

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
  constexpr std::size_t kMostName = 64;
  const auto excluded = request.query.all("exclude");
  if (std::ranges::any_of(excluded, [](std::string_view name) {
        return count_characters(name).value_or(kMostName + 1) > kMostName;
      }))
    co_return std::unexpected(Problem{.status = 400,
                                      .code = ProblemCode::kInvalidParameter,
                                      .detail = "exclude must be the name of a check.",
                                      .remedy = "Take one of the names that /readyz answers with."});
  co_return api.health.readyz({excluded.begin(), excluded.end()});
}

Task<Answer> version(const ApiDependencies& api, ApiRequest) {
  co_return api.health.version();
}

Task<Answer> openapi(const ApiDependencies&, ApiRequest) {
  co_return http::Response{
      .status = 200, .headers = {{"Content-Type", "application/json"}}, .body = openapi_document()};
}

}  // namespace storefleet::api
