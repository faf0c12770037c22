#include "base/reason.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline base {
namespace {

constexpr auto kReasonNames = enum_names<Reason>({
    {Reason::kInvalidName, "InvalidName"},
    {Reason::kInvalidValues, "InvalidValues"},
    {Reason::kUnknownEngine, "UnknownEngine"},
    {Reason::kUnknownPlan, "UnknownPlan"},
    {Reason::kUnknownVersion, "UnknownVersion"},
    {Reason::kUnknownTeam, "UnknownTeam"},
    {Reason::kVolumeSize, "VolumeSize"},
    {Reason::kHostConflict, "HostConflict"},
    {Reason::kSecretsLost, "SecretsLost"},
    {Reason::kTeamQuotaExceeded, "TeamQuotaExceeded"},
    {Reason::kDatabaseUnreachable, "DatabaseUnreachable"},
    {Reason::kClusterUnreachable, "ClusterUnreachable"},
    {Reason::kProviderUnavailable, "ProviderUnavailable"},
    {Reason::kNoPod, "NoPod"},
    {Reason::kContainerNotRunning, "ContainerNotRunning"},
    {Reason::kUnknownContainer, "UnknownContainer"},
    {Reason::kUnknownComponent, "UnknownComponent"},
    {Reason::kLogUnavailable, "LogUnavailable"},
    {Reason::kPolicyMissing, "PolicyMissing"},
    {Reason::kStaleLeader, "StaleLeader"},
    {Reason::kLastAdmin, "LastAdmin"},
    {Reason::kNestedTooDeep, "NestedTooDeep"},
    {Reason::kRefusedData, "RefusedData"},
    {Reason::kRequestTooLarge, "RequestTooLarge"},
});
constexpr auto kReasons = kReasonNames.values();

}  // namespace

std::string_view to_string(Reason reason) {
  return kReasonNames.name_of(reason);
}

std::span<const Reason> reasons() {
  return kReasons;
}

}  // namespace storefleet::inline base
