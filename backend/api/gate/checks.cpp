#include "api/gate/checks.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/auth.hpp"
#include "base/utf8.hpp"

namespace storefleet::api {
namespace {

std::optional<Problem> is_not_logged_in(const Visit& visit) {
  if (visit.open() || !visit.counted()) return std::nullopt;
  return refuse_access(visit.request.caller, Permission::kLoggedIn, "", "");
}

std::optional<Problem> has_no_route(const Visit& visit) {
  if (visit.route != nullptr) return std::nullopt;
  if (visit.allowed.empty())
    return Problem{.status = 404,
                   .code = ProblemCode::kNotFound,
                   .detail = "Nothing has this address.",
                   .remedy = "GET /openapi.json lists what there is."};
  const auto methods = fmt::format("{}", fmt::join(visit.allowed, ", "));
  return Problem{.status = 405,
                 .code = ProblemCode::kMethodNotAllowed,
                 .detail = "This address does not know that method.",
                 .remedy = fmt::format("Use {}.", methods),
                 .headers = {{"Allow", methods}}};
}

std::optional<Problem> has_an_impossible_name(const Visit& visit) {
  for (const auto& [name, value] : visit.request.path)
    if (!count_characters(value)) return to_problem({ErrorCode::kNotFound, "Nothing can have that name."});
  const auto store = visit.request.path_parameter("name");
  if (!store.empty() && !is_resource_name(store))
    return to_problem({ErrorCode::kNotFound, "No store can have that name."});
  return std::nullopt;
}

/// A page of another origin can make a browser send the session's cookie, but neither this token nor an
/// Origin that is ours.
std::optional<Problem> comes_from_elsewhere(const Visit& visit) {
  const auto& request = visit.request.http;
  // A login begins another session whatever cookie came with it, planted ones too: only its origin counts.
  const auto caller = visit.open() ? Principal{} : visit.request.caller;
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  const auto origin = request.headers.get("Origin");
  const auto host = request.headers.get("Host");
  const auto place = origin.substr(std::min(origin.find("://") + 3, origin.size()));
  // Browsers say it also where they leave out the Origin (Fetch Metadata): a store's page is of the same
  // site.
  const auto site = request.headers.get("Sec-Fetch-Site");
  const bool elsewhere = site == "cross-site" || site == "same-site";
  const bool foreign =
      elsewhere || (!origin.empty() && (origin.find("://") == std::string_view::npos || place != host));
  const bool unproved = caller.via == Via::kSession &&
                        request.headers.get("X-CSRF-Token") != csrf_token(session_secret(request.headers));
  if (!unproved && (!foreign || caller.via == Via::kToken || caller.via == Via::kBootstrap))
    return std::nullopt;
  return Problem{.status = 403,
                 .code = ProblemCode::kCsrfFailed,
                 .detail = "The request did not come from this server's own pages.",
                 .remedy = "Send the csrfToken of GET /api/v1/me in the header X-CSRF-Token."};
}

std::optional<Problem> body_is_wrong(const Visit& visit) {
  const auto& request = visit.request.http;
  if (request.body.size() > visit.most_body) return body_too_large(visit.most_body);
  const auto type = request.headers.get("Content-Type");
  const auto essence = type.substr(0, type.find(';'));
  if (!request.body.empty() && !type.empty() && !http::equals_ignoring_case(essence, "application/json"))
    return Problem{.status = 415,
                   .code = ProblemCode::kUnsupportedMediaType,
                   .detail = "The body is not declared as JSON.",
                   .remedy = "Send the header \"Content-Type: application/json\"."};
  return std::nullopt;
}

std::optional<Problem> query_is_wrong(Visit& visit) {
  auto query = http::QueryParameters::parse(http::split_target(visit.request.http.target).query);
  if (!query)
    return Problem{.status = 400,
                   .code = ProblemCode::kInvalidParameter,
                   .detail = "The query string has a malformed escape.",
                   .remedy = "Percent-encode the parameters."};
  visit.request.query = std::move(*query);
  return std::nullopt;
}

/// Whoever asks for validation of anything else may believe that nothing is done.
std::optional<Problem> cannot_be_validated(const Visit& visit) {
  const auto& route = *visit.route;
  if (!visit.request.query.get(kValidateOnly) || route.action.empty() || route.traits.answers_questions)
    return std::nullopt;
  return Problem{.status = 400,
                 .code = ProblemCode::kInvalidParameter,
                 .detail = "Only the creation and the change of a store take validateOnly.",
                 .remedy = "Leave it out; the request is then carried out."};
}

struct Check {
  std::optional<Problem> (*problem)(Visit&);
  Recorded recorded = Recorded::kNo;
};

template <std::optional<Problem> (*kLook)(const Visit&)>
std::optional<Problem> look(Visit& visit) {
  return kLook(visit);
}

// clang-format off
constexpr auto kBeforeAccess = std::to_array<Check>({
    {look<is_not_logged_in>, Recorded::kYes},
    {look<has_no_route>},
    {look<has_an_impossible_name>},
});
constexpr auto kAfterAccess = std::to_array<Check>({
    {look<comes_from_elsewhere>, Recorded::kYes},
    {look<body_is_wrong>},
    {query_is_wrong},
    {look<cannot_be_validated>},
});
// clang-format on

template <std::size_t kCount>
std::optional<Refusal> first_refusal(const std::array<Check, kCount>& checks, Visit& visit) {
  for (const auto& check : checks)
    if (auto problem = check.problem(visit)) return Refusal{*std::move(problem), check.recorded};
  return std::nullopt;
}

}  // namespace

Problem body_too_large(std::size_t most) {
  return {.status = 413,
          .code = ProblemCode::kBodyTooLarge,
          .detail = fmt::format("The body has more than {} bytes.", most),
          .remedy = "Send less."};
}

std::optional<Refusal> refuse_before_access(Visit& visit) {
  return first_refusal(kBeforeAccess, visit);
}

std::optional<Refusal> refuse_after_access(Visit& visit) {
  return first_refusal(kAfterAccess, visit);
}

}  // namespace storefleet::api
