#include "domain/failure.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kNames = enum_names<FailureCode>({
    {FailureCode::kImagePullFailed, "ImagePullFailed"},
    {FailureCode::kTeamQuotaExceeded, "TeamQuotaExceeded"},
    {FailureCode::kNamespaceQuotaExceeded, "NamespaceQuotaExceeded"},
    {FailureCode::kUnknownTeam, "UnknownTeam"},
    {FailureCode::kUnknownPlan, "UnknownPlan"},
    {FailureCode::kUnschedulable, "Unschedulable"},
    {FailureCode::kVolumeNotBound, "VolumeNotBound"},
    {FailureCode::kVolumeLost, "VolumeLost"},
    {FailureCode::kSecretsLost, "SecretsLost"},
    {FailureCode::kDatabaseNotReady, "DatabaseNotReady"},
    {FailureCode::kApplicationCrashed, "ApplicationCrashed"},
    {FailureCode::kApplicationNotReady, "ApplicationNotReady"},
    {FailureCode::kRouteNotServing, "RouteNotServing"},
    {FailureCode::kCommerceCheckFailed, "CommerceCheckFailed"},
    {FailureCode::kReleaseFailed, "ReleaseFailed"},
    {FailureCode::kHostConflict, "HostConflict"},
    {FailureCode::kInvalidValues, "InvalidValues"},
    {FailureCode::kUnknownEngine, "UnknownEngine"},
    {FailureCode::kNamespaceTerminating, "NamespaceTerminating"},
    {FailureCode::kClusterUnreachable, "ClusterUnreachable"},
    {FailureCode::kDeadlineExceeded, "DeadlineExceeded"},
    {FailureCode::kIsolationNotEnforced, "IsolationNotEnforced"},
});
constexpr auto kCodes = kNames.values();

}  // namespace

std::span<const FailureCode> failure_codes() {
  return kCodes;
}

std::string_view to_string(FailureCode code) {
  return kNames.name_of(code);
}
std::optional<FailureCode> parse_failure_code(std::string_view text) {
  return kNames.value_of(text);
}

std::string_view remedy(FailureCode code) {
  switch (code) {
    case FailureCode::kImagePullFailed:
      return "Load the image into the cluster or correct its name in the platform's values, then wait: the "
             "pull is tried again by itself.";
    case FailureCode::kTeamQuotaExceeded:
      return "Delete a store of this team or ask an admin for a larger quota.";
    case FailureCode::kNamespaceQuotaExceeded:
      return "Choose a larger plan for this store.";
    case FailureCode::kUnknownTeam:
      return "Create the team first, or choose one that exists.";
    case FailureCode::kUnknownPlan:
      return "Choose one of the engine's plans.";
    case FailureCode::kUnschedulable:
      return "Add capacity to the cluster, or delete a store that is not needed.";
    case FailureCode::kVolumeNotBound:
      return "Check that the storage class exists and its provisioner runs.";
    case FailureCode::kVolumeLost:
      return "Save what is still there. Bring the volume back under the claim's name from a snapshot, or "
             "delete "
             "the store and make it anew; the platform puts no empty volume in its place.";
    case FailureCode::kSecretsLost:
      return "Put the values that the store was made with back into its Secret; new ones would lock it out "
             "of "
             "its own database.";
    case FailureCode::kDatabaseNotReady:
      return "Read the database pod's log for the cause.";
    case FailureCode::kApplicationCrashed:
      return "Read the web pod's log for the cause.";
    case FailureCode::kApplicationNotReady:
      return "Read the web pod's log; the platform keeps waiting for it.";
    case FailureCode::kRouteNotServing:
      return "Check the ingress controller and its address in the platform's values.";
    case FailureCode::kCommerceCheckFailed:
      return "Open the store's admin and check products, payment and shipping.";
    case FailureCode::kReleaseFailed:
      return "Read the Helm error above; correct the values or the chart.";
    case FailureCode::kHostConflict:
      return "Choose another host name, or have it taken off whoever has it; no store has to be deleted.";
    case FailureCode::kInvalidValues:
      return "Correct the values that the message names.";
    case FailureCode::kUnknownEngine:
      return "Choose one of the engines that this platform offers.";
    case FailureCode::kNamespaceTerminating:
      return "Wait until the namespace is gone; where the message names what keeps it, mend or remove that.";
    case FailureCode::kClusterUnreachable:
      return "Check that the cluster's API server runs.";
    case FailureCode::kDeadlineExceeded:
      return "Look at the step that is still running; it goes on in the background.";
    case FailureCode::kIsolationNotEnforced:
      return "Ask whoever runs the platform: the cluster must enforce NetworkPolicies, and its probe pod "
             "must run.";
  }
  return {};
}

}  // namespace storefleet::inline domain
