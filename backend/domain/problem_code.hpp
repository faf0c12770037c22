#pragma once
#include <span>
#include <string_view>

namespace storefleet::inline domain {

/// What a refusal of the API is called: the closed list of `code` in openapi.yaml's Problem, in its order; a
/// test compares them.
enum class ProblemCode {
  kInvalidJson,
  kUnknownField,
  kInvalidParameter,
  kUnauthenticated,
  kForbidden,
  kNotFound,
  kMethodNotAllowed,
  kNameTaken,
  kConflict,
  kRequestInFlight,
  kCredentialsNotReady,
  kDeletionProtected,
  kStoreAsleep,
  kStoreRetained,
  kNothingToRollBackTo,
  kNoPod,
  kContainerNotRunning,
  kBodyTooLarge,
  kUnsupportedMediaType,
  kInvalidName,
  kHostConflict,
  kStoreNotServing,
  kUnknownEngine,
  kUnknownPlan,
  kUnknownVersion,
  kVersionTooOld,
  kInvalidValues,
  kVolumeSize,
  kImmutable,
  kUnknownTeam,
  kTeamQuotaExceeded,
  kCsrfFailed,
  kAuditUnavailable,
  kLoginExpired,
  kLoginDenied,
  kLoginFailed,
  kNoAccount,
  kUserDisabled,
  kProviderUnavailable,
  kPreconditionFailed,
  kIdempotencyKeyReused,
  kTooManyRequests,
  kTooManyStreams,
  kMalformedRequest,
  kOverloaded,
  kLogUnavailable,
  kInternal,
  kClusterUnreachable,
  kDatabaseUnreachable,
  kShuttingDown,
};

std::string_view to_string(ProblemCode code);

/// All of them.
std::span<const ProblemCode> problem_codes();

}  // namespace storefleet::inline domain
