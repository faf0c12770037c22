#include "api/api.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "api/routes.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace storefleet {
namespace {

constexpr std::size_t kMaxBodyBytes = 256UL * 1024;
constexpr std::string_view kProtected = "/api/";

Router<Api::Handler> all_routes() {
  Router<Api::Handler> router;
  router.add("GET", "/api/v1/stores", list_stores);
  router.add("POST", "/api/v1/stores", create_store);
  router.add("GET", "/api/v1/stores/{name}", get_store);
  router.add("PATCH", "/api/v1/stores/{name}", update_store);
  router.add("DELETE", "/api/v1/stores/{name}", delete_store);
  router.add("POST", "/api/v1/stores/{name}:check", check_store);
  router.add("POST", "/api/v1/stores/{name}:login", create_store_login);
  router.add("GET", "/api/v1/stores/{name}/events", list_store_events);
  router.add("GET", "/api/v1/stores/{name}/steps", get_store_steps);
  router.add("GET", "/api/v1/stores/{name}/credentials", get_store_credentials);
  router.add("GET", "/api/v1/stores/{name}/receipt", get_store_receipt);
  router.add("GET", "/api/v1/operations/{id}", get_operation);
  router.add("GET", "/api/v1/engines", list_engines);
  router.add("GET", "/api/v1/me", get_me);
  router.add("GET", "/livez", livez);
  router.add("GET", "/readyz", readyz);
  router.add("GET", "/version", version);
  router.add("GET", "/openapi.json", openapi);
  return router;
}

/// The caller's X-Request-Id where it is harmless in logs, else a new one.
std::string request_id(const Headers& headers) {
  const auto sent = headers.get("X-Request-Id");
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.").contains(c);
  };
  if (!sent.empty() && sent.size() <= 64 && std::ranges::all_of(sent, harmless)) return std::string(sent);
  return random_base32(16);
}

Problem unauthenticated() {
  return to_problem({ErrorCode::kUnauthenticated, "This needs a token that the server knows."});
}

std::optional<Problem> check_body(const HttpRequest& request) {
  if (request.body.size() > kMaxBodyBytes)
    return Problem{.status = 413,
                   .code = "BodyTooLarge",
                   .detail = fmt::format("The body has more than {} bytes.", kMaxBodyBytes),
                   .remedy = "Send less."};
  const auto type = request.headers.get("Content-Type");
  const auto essence = type.substr(0, type.find(';'));
  if (!request.body.empty() && !type.empty() && !equals_ignoring_case(essence, "application/json"))
    return Problem{.status = 415,
                   .code = "UnsupportedMediaType",
                   .detail = "The body is not declared as JSON.",
                   .remedy = "Send the header \"Content-Type: application/json\"."};
  return std::nullopt;
}

Problem no_route(const std::vector<std::string>& allowed) {
  if (allowed.empty())
    return {.status = 404,
            .code = "NotFound",
            .detail = "Nothing has this address.",
            .remedy = "GET /openapi.json lists what there is."};
  const auto methods = fmt::format("{}", fmt::join(allowed, ", "));
  return {.status = 405,
          .code = "MethodNotAllowed",
          .detail = "This address does not know that method.",
          .remedy = fmt::format("Use {}.", methods),
          .headers = {{"Allow", methods}}};
}

void complete(HttpResponse& response, const std::string& id) {
  response.headers.set("X-Request-Id", id);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
}

/// Health checks and scrapes would drown the rest.
LogLevel level_of(std::string_view route, unsigned status) {
  const bool routine = route == "/livez" || route == "/readyz";
  return routine && status < 400 ? LogLevel::kDebug : LogLevel::kInfo;
}

}  // namespace

Api::Api(ApiDependencies dependencies)
    : dependencies_(std::move(dependencies)),
      authenticator_(dependencies_.admin_token),
      metrics_(dependencies_.metrics),
      router_(all_routes()) {}

Task<Answer> Api::answer(HttpRequest request, std::string id, RouteMatch<Handler> match) {
  const auto target = split_target(request.target);
  auto caller = authenticator_.authenticate(request.headers);
  if (!caller && target.path.starts_with(kProtected)) co_return std::unexpected(unauthenticated());
  if (match.target == nullptr) co_return std::unexpected(no_route(match.allowed));
  const auto name = match.parameters.find("name");
  if (name != match.parameters.end() && !is_resource_name(name->second))
    co_return refuse({ErrorCode::kNotFound, "No store can have that name."});
  if (auto problem = check_body(request)) co_return std::unexpected(std::move(*problem));
  auto query = QueryParameters::parse(target.query);
  if (!query)
    co_return std::unexpected(Problem{.status = 400,
                                      .code = "InvalidParameter",
                                      .detail = "The query string has a malformed escape.",
                                      .remedy = "Percent-encode the parameters."});
  ApiRequest routed{.http = std::move(request),
                    .id = std::move(id),
                    .caller = caller.value_or(Principal{}),
                    .path = std::move(match.parameters),
                    .query = std::move(*query)};
  auto answered = co_await (*match.target)(dependencies_, std::move(routed));
  co_return answered;
}

Task<HttpResponse> Api::handle(HttpRequest request) {
  const auto started = std::chrono::steady_clock::now();
  const auto id = request_id(request.headers);
  const auto method = request.method;
  auto match = router_.match(method, split_target(request.target).path);
  const auto route = match.route;
  HttpResponse response;
  try {
    auto answered = co_await answer(std::move(request), id, std::move(match));
    response = answered ? std::move(*answered) : problem_response(answered.error(), id);
  } catch (const std::exception& error) {
    log_error("a request ended with an exception",
              {{"route", std::string(route)}, {"error", error.what()}, {"request_id", id}});
    response = problem_response(to_problem(Error{}), id);
  }
  complete(response, id);
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - started;
  metrics_.count(method, route, response.status, duration);
  log(level_of(route, response.status), "request",
      {{"method", method},
       {"route", std::string(route)},
       {"status", std::to_string(response.status)},
       {"duration_ms", fmt::format("{:.1f}", duration.count() * 1000)},
       {"request_id", id}});
  co_return response;
}

}  // namespace storefleet
