#include "api/problem.hpp"

#include "base/json.hpp"
#include "domain/reasons.hpp"

namespace storefleet::api {
namespace {

/// What an error is called by its ErrorCode alone.
Problem by_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return {.status = 422,
              .code = ProblemCode::kInvalidValues,
              .detail = error.message,
              .remedy = "Correct the fields listed under errors and send the request again."};
    case ErrorCode::kUnauthenticated:
      return {.status = 401,
              .code = ProblemCode::kUnauthenticated,
              .detail = error.message,
              .remedy = "Send the header \"Authorization: Bearer <token>\".",
              .headers = {{"WWW-Authenticate", "Bearer"}}};
    case ErrorCode::kForbidden:
      return {.status = 403,
              .code = ProblemCode::kForbidden,
              .detail = error.message,
              .remedy = "Ask an admin of this platform for the right to do this."};
    case ErrorCode::kNotFound:
      return {.status = 404,
              .code = ProblemCode::kNotFound,
              .detail = error.message,
              .remedy = "List what exists, and check the spelling."};
    case ErrorCode::kAlreadyExists:
      return {.status = 409,
              .code = ProblemCode::kNameTaken,
              .detail = error.message,
              .remedy = "Choose another name, or delete first what has it.",
              .errors = {{"/name", error.message}}};
    case ErrorCode::kConflict:
      return {.status = 409,
              .code = ProblemCode::kConflict,
              .detail = error.message,
              .remedy = "Read it again, then repeat the request if it still makes sense."};
    case ErrorCode::kTooManyRequests:
      return {.status = 429,
              .code = ProblemCode::kTooManyRequests,
              .detail = error.message,
              .remedy = "Wait a moment, then try again.",
              .retry_after = 1};
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
      return {.status = 503,
              .code = ProblemCode::kClusterUnreachable,
              .detail = error.message,
              .remedy = "Try again in a few seconds; if it lasts, check that the cluster's API server runs.",
              .retry_after = 2};
    case ErrorCode::kCancelled:
      return {.status = 503,
              .code = ProblemCode::kShuttingDown,
              .detail = "The server is stopping.",
              .remedy = "Try again; another replica will answer.",
              .retry_after = 1};
    case ErrorCode::kGone:
    case ErrorCode::kInternal:
      break;
  }
  return {.status = 500,
          .code = ProblemCode::kInternal,
          .detail = "The server failed to do this.",
          .remedy = "Look for this request id in the server's log, or tell an admin."};
}

/// Whether the reason of such an error may say more: one of ours keeps it to itself, and what is not there is
/// not there for whatever reason.
bool tells_reason(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kForbidden:
    case ErrorCode::kConflict:
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
      return true;
    default:
      return false;
  }
}

}  // namespace

Problem to_problem(const Error& error) {
  auto problem = by_code(error);
  const auto& meaning = meaning_of(error.reason);
  if (!tells_reason(error.code) || !meaning.problem) return problem;
  problem.code = *meaning.problem;
  if (!meaning.remedy.empty()) problem.remedy = meaning.remedy;
  if (meaning.retry_after > 0) problem.retry_after = meaning.retry_after;
  if (error.code != ErrorCode::kInvalidArgument) return problem;
  if (!meaning.pointer.empty()) problem.errors = {{std::string(meaning.pointer), error.message}};
  if (problem.code == ProblemCode::kInvalidParameter) problem.status = 400;
  return problem;
}

http::Response problem_response(const Problem& problem, const std::string& request_id) {
  json::object body{{"type", "about:blank"},    {"title", http::reason_phrase(problem.status)},
                    {"status", problem.status}, {"code", to_string(problem.code)},
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
