#pragma once
#include <span>
#include <string_view>

namespace storefleet::inline base {

/// Why something failed, where that steers what follows: one closed list for the whole program. What each
/// means to the operator and to a caller of the API stands in domain/reasons.hpp.
enum class Reason {
  kNone,  // the ErrorCode says enough
  kInvalidName,
  kInvalidValues,
  kUnknownEngine,
  kUnknownPlan,
  kUnknownVersion,
  kUnknownTeam,
  kVolumeSize,
  kHostConflict,
  kSecretsLost,
  kTeamQuotaExceeded,
  kDatabaseUnreachable,
  kClusterUnreachable,
  kProviderUnavailable,
  kNoPod,
  kContainerNotRunning,
  kUnknownContainer,
  kUnknownComponent,
  kLogUnavailable,
  kPolicyMissing,
  kStaleLeader,
  kLastAdmin,
  kNestedTooDeep,
  kRefusedData,
  kRequestTooLarge,
};

/// Its name, for logs and messages; empty for kNone.
std::string_view to_string(Reason reason);

/// All but kNone.
std::span<const Reason> reasons();

}  // namespace storefleet::inline base
