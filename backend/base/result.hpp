#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>

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
/// `reason` is the machine-readable word of the side that failed (Kubernetes Status.reason,
/// a problem `code`, a Helm helper code), or empty.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string reason = {};

  /// The same error with "context: " put before its message.
  Error within(std::string_view context) const;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string reason = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(reason)});
}

}  // namespace storefleet::inline base
