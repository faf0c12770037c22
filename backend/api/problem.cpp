#include "api/problem.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"

namespace storefleet::api {
namespace {

constexpr std::string_view kCorrectFields =
    "Correct the fields listed under errors and send the request again.";

Problem invalid(const Error& error) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFields = {
      {{"InvalidName", "/name"},
       {"UnknownEngine", "/engine"},
       {"UnknownPlan", "/plan"},
       {"VolumeSize", "/plan"},
       {"InvalidValues", "/values"}}};
  const auto* field =
      std::ranges::find(kFields, error.reason, &std::pair<std::string_view, std::string_view>::first);
  Problem problem{
      .status = 422, .code = "InvalidValues", .detail = error.message, .remedy = std::string(kCorrectFields)};
  if (field == kFields.end()) return problem;
  problem.code = field->first;
  problem.errors = {{std::string(field->second), error.message}};
  return problem;
}

Problem over_quota(const Error& error) {
  return {
      .status = 403,
      .code = "TeamQuotaExceeded",
      .detail = error.message,
      .remedy = "Delete a store of this team, choose a smaller plan, or ask an admin for a larger quota."};
}

Problem unavailable(const Error& error) {
  if (error.reason == "DatabaseUnreachable")
    return {.status = 503,
            .code = "DatabaseUnreachable",
            .detail = error.message,
            .remedy = "Try again in a few seconds; if it lasts, check that PostgreSQL runs.",
            .retry_after = 2};
  return {.status = 503,
          .code = "ClusterUnreachable",
          .detail = error.message,
          .remedy = "Try again in a few seconds; if it lasts, check that the cluster's API server runs.",
          .retry_after = 2};
}

}  // namespace

Problem to_problem(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return invalid(error);
    case ErrorCode::kUnauthenticated:
      return {.status = 401,
              .code = "Unauthenticated",
              .detail = error.message,
              .remedy = "Send the header \"Authorization: Bearer <token>\".",
              .headers = {{"WWW-Authenticate", "Bearer"}}};
    case ErrorCode::kForbidden:
      if (error.reason == "TeamQuotaExceeded") return over_quota(error);
      return {.status = 403,
              .code = "Forbidden",
              .detail = error.message,
              .remedy = "Ask an admin of this platform for the right to do this."};
    case ErrorCode::kNotFound:
      return {.status = 404,
              .code = "NotFound",
              .detail = error.message,
              .remedy = "List what exists, and check the spelling."};
    case ErrorCode::kAlreadyExists:
      return {.status = 409,
              .code = "NameTaken",
              .detail = error.message,
              .remedy = "Choose another name, or delete first what has it.",
              .errors = {{"/name", error.message}}};
    case ErrorCode::kConflict:
      return {.status = 409,
              .code = "Conflict",
              .detail = error.message,
              .remedy = "Read it again, then repeat the request if it still makes sense."};
    case ErrorCode::kTooManyRequests:
      return {.status = 429,
              .code = "TooManyRequests",
              .detail = error.message,
              .remedy = "Wait a moment, then try again.",
              .retry_after = 1};
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
      return unavailable(error);
    case ErrorCode::kCancelled:
      return {.status = 503,
              .code = "ShuttingDown",
              .detail = "The server is stopping.",
              .remedy = "Try again; another replica will answer.",
              .retry_after = 1};
    case ErrorCode::kGone:
    case ErrorCode::kInternal:
      break;
  }
  return {.status = 500,
          .code = "Internal",
          .detail = "The server failed to do this.",
          .remedy = "Look for this request id in the server's log, or tell an admin."};
}

http::Response problem_response(const Problem& problem, const std::string& request_id) {
  json::object body{{"type", "about:blank"},    {"title", http::reason_phrase(problem.status)},
                    {"status", problem.status}, {"code", problem.code},
                    {"detail", problem.detail}, {"remedy", problem.remedy},
                    {"requestId", request_id}};
  if (!problem.errors.empty()) {
    json::array errors;
    for (const auto& error : problem.errors)
      errors.push_back({{"pointer", error.pointer}, {"detail", error.detail}});
    body["errors"] = std::move(errors);
  }
  http::Response response{
      .status = problem.status, .headers = problem.headers, .body = json::serialize(body)};
  response.headers.set("Content-Type", "application/problem+json");
  if (problem.retry_after) response.headers.set("Retry-After", std::to_string(*problem.retry_after));
  return response;
}

}  // namespace storefleet::api
