#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/limits.hpp"

namespace storefleet::inline domain {

/// Why a store is not (yet) what it should be; each has a page in docs/failures.md.
enum class FailureCode {
  kImagePullFailed,
  kTeamQuotaExceeded,
  kNamespaceQuotaExceeded,
  kUnknownTeam,
  kUnknownPlan,
  kUnschedulable,
  kVolumeNotBound,
  kVolumeLost,
  kSecretsLost,
  kDatabaseNotReady,
  kApplicationCrashed,
  kApplicationNotReady,
  kRouteNotServing,
  kCommerceCheckFailed,
  kReleaseFailed,
  kHostConflict,
  kInvalidValues,
  kUnknownEngine,
  kNamespaceTerminating,
  kClusterUnreachable,
  kDeadlineExceeded,
  kIsolationNotEnforced,
};

std::string_view to_string(FailureCode code);
/// All of them.
std::span<const FailureCode> failure_codes();

std::optional<FailureCode> parse_failure_code(std::string_view text);

/// One sentence that tells a person what to do about it.
std::string_view remedy(FailureCode code);

/// `status.failure`: the current problem with its evidence.
struct Failure {
  FailureCode code = FailureCode::kDeadlineExceeded;
  FailureMessage message;  // evidence: pod state, event, last log lines
  TimePoint since;

  bool operator==(const Failure&) const = default;
};

}  // namespace storefleet::inline domain
