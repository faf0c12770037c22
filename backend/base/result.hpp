#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/reason.hpp"

namespace storefleet::inline base {

/// What kind of thing went wrong; decides retries, HTTP statuses and exit codes.
enum class ErrorCode {
  kInvalidArgument,  // the caller must change the request
  kUnauthenticated,  // no or unknown credentials
  kForbidden,        // known caller, not allowed
  kNotFound,
  kAlreadyExists,
  kConflict,  // a precondition (version, uid) no longer holds
  kGone,      // a watch or list position expired: relist
  kTooManyRequests,
  kUnavailable,  // the other side cannot be reached or answers 5xx; worth a retry
  kDeadlineExceeded,
  kCancelled,
  kInternal,
};

/// Stable name of a code, e.g. "NotFound"; for logs and metric labels.
std::string_view to_string(ErrorCode code);

/// A failure as a value. `message` is one sentence for a person; it never holds a secret.
/// `reason` says more than the code where that steers what follows.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  Reason reason = Reason::kNone;

  /// The same error with "context: " put before its message.
  Error within(std::string_view context) const;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, Reason reason = Reason::kNone) {
  return std::unexpected(Error{code, std::move(message), reason});
}

}  // namespace storefleet::inline base
