#include "operator/actions/actor.hpp"

#include <algorithm>
#include <array>

#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {
namespace {

struct ActionRow {
  ActionKind kind;
  ActionFunction act;
};

constexpr auto kActions = std::to_array<ActionRow>({
    {ActionKind::kAddFinalizer, add_finalizer},
    {ActionKind::kAdmit, admit},
    {ActionKind::kClaimHosts, claim_hosts},
    {ActionKind::kCreateNamespace, create_namespace},
    {ActionKind::kLabelNamespace, label_namespace},
    {ActionKind::kBind, apply_bindings},
    {ActionKind::kApplyPolicies, apply_policies},
    {ActionKind::kEnsureSecrets, ensure_secrets},
    {ActionKind::kInstallRelease, install_release},
    {ActionKind::kRepairRelease, repair_release},
    {ActionKind::kReplacePods, replace_pods},
    {ActionKind::kConfigureSite, configure_site},
    {ActionKind::kApplyIngress, apply_ingress},
    {ActionKind::kProbeRoute, probe_route},
    {ActionKind::kProbeCommerce, probe_commerce},
    {ActionKind::kReadLog, read_log},
    {ActionKind::kExpire, expire},
    {ActionKind::kDeleteIngress, delete_ingresses},
    {ActionKind::kUninstallRelease, uninstall_release},
    {ActionKind::kDeleteVolumes, delete_volumes},
    {ActionKind::kDeleteNamespace, delete_namespace},
    {ActionKind::kVerifyGone, verify_gone},
    {ActionKind::kReleaseHosts, release_hosts},
    {ActionKind::kSaveReceipt, save_receipt},
    {ActionKind::kReleaseQuota, release_quota},
    {ActionKind::kRemoveFinalizer, remove_finalizer},
});

}  // namespace

Task<Result<void>> Actor::act(ActionKind kind, Observed& observed) {
  const auto* row = std::ranges::find(kActions, kind, &ActionRow::kind);
  if (row == kActions.end()) co_return fail(ErrorCode::kInternal, "unknown action");
  co_return co_await row->act(tools_, observed);
}

}  // namespace storefleet::store_operator
