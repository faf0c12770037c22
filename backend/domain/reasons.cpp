#include "domain/reasons.hpp"

#include <algorithm>
#include <array>

namespace storefleet::inline domain {
namespace {

using Failure = FailureCode;
using Problem = ProblemCode;

constexpr std::string_view kWaitForPod =
    "Look at the store's steps and events for what it waits for, then ask again.";
constexpr std::string_view kTakeOneOfThose = "Correct the query string: take one of those names.";

// clang-format off
constexpr auto kMeanings = std::to_array<ReasonMeaning>({
    // A spec that no store can be made of. A store's name is its address: one that is the platform's is a conflict.
    {Reason::kInvalidName, Failure::kHostConflict, Problem::kInvalidName, "/name"},
    {Reason::kInvalidValues, Failure::kInvalidValues, Problem::kInvalidValues, "/values"},
    {Reason::kUnknownEngine, Failure::kUnknownEngine, Problem::kUnknownEngine, "/engine"},
    {Reason::kUnknownPlan, Failure::kUnknownPlan, Problem::kUnknownPlan, "/plan"},
    {Reason::kUnknownVersion, Failure::kInvalidValues, Problem::kUnknownVersion, "/engineVersion"},
    {Reason::kVolumeSize, Failure::kInvalidValues, Problem::kVolumeSize, "/plan"},
    {Reason::kHostConflict, Failure::kHostConflict, Problem::kHostConflict, "/hosts"},
    // What a team may have.
    {Reason::kUnknownTeam, Failure::kUnknownTeam, Problem::kUnknownTeam, "/team"},
    {Reason::kTeamQuotaExceeded, Failure::kTeamQuotaExceeded, Problem::kTeamQuotaExceeded, {},
     "Delete a store of this team, choose a smaller plan, or ask an admin for a larger quota."},
    {Reason::kLastAdmin, {}, {}},
    {Reason::kSecretsLost, Failure::kSecretsLost, {}},
    // Who does not answer.
    {Reason::kDatabaseUnreachable, {}, Problem::kDatabaseUnreachable, {},
     "Try again in a few seconds; if it lasts, check that PostgreSQL runs."},
    {Reason::kClusterUnreachable, {}, Problem::kClusterUnreachable},
    {Reason::kProviderUnavailable, {}, Problem::kProviderUnavailable},
    // Logs.
    {Reason::kNoPod, {}, Problem::kNoPod, {}, kWaitForPod, 2},
    {Reason::kContainerNotRunning, {}, Problem::kContainerNotRunning, {}, kWaitForPod, 2},
    {Reason::kUnknownContainer, {}, Problem::kInvalidParameter, {}, kTakeOneOfThose},
    {Reason::kUnknownComponent, {}, Problem::kInvalidParameter, {}, kTakeOneOfThose},
    {Reason::kLogUnavailable, {}, Problem::kLogUnavailable, {},
     "Close logs that nobody reads, or read this one without following it; then try again.", 5},
    // Between parts of the program: no caller hears of them.
    {Reason::kPolicyMissing, {}, {}},
    {Reason::kStaleLeader, {}, {}},
    {Reason::kNestedTooDeep, {}, {}},
    {Reason::kRefusedData, {}, {}},
    {Reason::kRequestTooLarge, {}, {}},
    {Reason::kNone, {}, {}},
});
// clang-format on

}  // namespace

const ReasonMeaning& meaning_of(Reason reason) {
  return *std::ranges::find(kMeanings, reason, &ReasonMeaning::reason);
}

}  // namespace storefleet::inline domain
