#include <fmt/format.h>

#include "k8s/client.hpp"

namespace storefleet::k8s {
namespace {

/// https://kubernetes.io/docs/reference/using-api/api-concepts/ and apimachinery's StatusReason values.
ErrorCode code_of(unsigned http_status, std::string_view reason) {
  if (reason == "AlreadyExists") return ErrorCode::kAlreadyExists;
  if (reason == "Expired" || reason == "Gone") return ErrorCode::kGone;
  switch (http_status) {
    case 400:
    case 405:
    case 406:
    case 413:
    case 415:
    case 422:
      return ErrorCode::kInvalidArgument;
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kForbidden;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kConflict;
    case 410:
      return ErrorCode::kGone;
    case 429:
      return ErrorCode::kTooManyRequests;
    case 504:
      return reason == "Timeout" ? ErrorCode::kDeadlineExceeded : ErrorCode::kUnavailable;
    default:
      return http_status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInternal;
  }
}

}  // namespace

Error status_error(unsigned http_status, std::string_view body) {
  const auto parsed = parse_json(body);
  if (parsed && string_or(*parsed, {"kind"}) == "Status") {
    const auto reason = string_or(*parsed, {"reason"});
    const bool too_large = reason == "RequestEntityTooLarge";
    auto message = string_or(*parsed, {"message"}, fmt::format("the API server answered {}", http_status));
    return {code_of(http_status, reason), std::move(message),
            too_large ? Reason::kRequestTooLarge : Reason::kNone};
  }
  constexpr std::size_t kShown = 200;
  return {code_of(http_status, ""),
          fmt::format("the API server answered {}: {}", http_status, body.substr(0, kShown))};
}

}  // namespace storefleet::k8s
