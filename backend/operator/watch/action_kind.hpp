#pragma once
#include <span>
#include <string_view>

namespace storefleet::store_operator {

/// The idempotent changes that the operator can make, one at a time.
enum class ActionKind {
  kAddFinalizer,
  kAdmit,
  kClaimHosts,
  kCreateNamespace,
  kLabelNamespace,
  kBind,
  kApplyPolicies,
  kEnsureSecrets,
  kInstallRelease,
  kRepairRelease,
  kReplacePods,
  kConfigureSite,
  kApplyIngress,
  kProbeRoute,
  kProbeCommerce,
  kReadLog,
  kExpire,
  kDeleteIngress,
  kUninstallRelease,
  kDeleteVolumes,
  kDeleteNamespace,
  kVerifyGone,
  kReleaseHosts,
  kSaveReceipt,
  kReleaseQuota,
  kRemoveFinalizer,
};

std::string_view to_string(ActionKind kind);

/// Whether it only talks to the API server, before there is a release: where such a one finds nobody, the
/// cluster cannot be reached.
bool is_preparation(ActionKind kind);

/// All of them, for tests that go through every one.
std::span<const ActionKind> action_kinds();

}  // namespace storefleet::store_operator
