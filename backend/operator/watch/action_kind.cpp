#include "operator/watch/action_kind.hpp"

#include "base/enum_names.hpp"

namespace storefleet::store_operator {
namespace {

constexpr auto kActionNames = enum_names<ActionKind>({
    {ActionKind::kAddFinalizer, "AddFinalizer"},
    {ActionKind::kAdmit, "Admit"},
    {ActionKind::kReleaseQuota, "ReleaseQuota"},
    {ActionKind::kClaimHosts, "ClaimHosts"},
    {ActionKind::kCreateNamespace, "CreateNamespace"},
    {ActionKind::kLabelNamespace, "LabelNamespace"},
    {ActionKind::kBind, "Bind"},
    {ActionKind::kApplyPolicies, "ApplyPolicies"},
    {ActionKind::kEnsureSecrets, "EnsureSecrets"},
    {ActionKind::kInstallRelease, "InstallRelease"},
    {ActionKind::kRepairRelease, "RepairRelease"},
    {ActionKind::kReplacePods, "ReplacePods"},
    {ActionKind::kConfigureSite, "ConfigureSite"},
    {ActionKind::kApplyIngress, "ApplyIngress"},
    {ActionKind::kProbeRoute, "ProbeRoute"},
    {ActionKind::kProbeCommerce, "ProbeCommerce"},
    {ActionKind::kReadLog, "ReadLog"},
    {ActionKind::kExpire, "Expire"},
    {ActionKind::kDeleteIngress, "DeleteIngress"},
    {ActionKind::kUninstallRelease, "UninstallRelease"},
    {ActionKind::kDeleteVolumes, "DeleteVolumes"},
    {ActionKind::kDeleteNamespace, "DeleteNamespace"},
    {ActionKind::kVerifyGone, "VerifyGone"},
    {ActionKind::kReleaseHosts, "ReleaseHosts"},
    {ActionKind::kSaveReceipt, "SaveReceipt"},
    {ActionKind::kRemoveFinalizer, "RemoveFinalizer"},
});

constexpr auto kActionKinds = kActionNames.values();

}  // namespace

std::string_view to_string(ActionKind kind) {
  return kActionNames.name_of(kind);
}

bool is_preparation(ActionKind kind) {
  switch (kind) {
    case ActionKind::kAddFinalizer:
    case ActionKind::kAdmit:
    case ActionKind::kClaimHosts:
    case ActionKind::kCreateNamespace:
    case ActionKind::kLabelNamespace:
    case ActionKind::kBind:
    case ActionKind::kApplyPolicies:
    case ActionKind::kEnsureSecrets:
      return true;
    default:
      return false;
  }
}

std::span<const ActionKind> action_kinds() {
  return kActionKinds;
}

}  // namespace storefleet::store_operator
