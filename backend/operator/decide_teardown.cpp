#include <algorithm>

#include <fmt/format.h>

#include "operator/decide.hpp"
#include "operator/diagnose.hpp"

namespace storefleet::decision {
namespace {

using namespace std::chrono_literals;

bool volumes_left(const Observed& observed) {
  return !observed.claims.empty() ||
         std::ranges::any_of(observed.volumes, [](const VolumeView& volume) { return !volume.retained; });
}

/// A database that is down must not keep a store from being deleted: after some seconds the receipt is lost,
/// and its place in the quota is given back when the ledger is rebuilt.
constexpr int kDatabaseTries = 8;

bool gave_up(const Observed& observed, ActionKind kind) {
  const auto found = observed.memory.attempts.find(kind);
  return found != observed.memory.attempts.end() && found->second.failures >= kDatabaseTries;
}

/// What is left to do inside the namespace, or nothing.
std::optional<Decision> decide_inside(const Observed& observed, TimePoint now) {
  // Without its binding the operator has no rights inside. It comes before everything else in there, so then
  // either nothing was made yet, or the namespace is going already and takes the rest with it.
  const bool bound = !observed.bindings.empty();
  if (bound && !observed.ingresses.empty())
    return Decision{StepName::kStopRouting, attempt(observed, ActionKind::kDeleteIngress, now)};
  if (bound && !observed.memory.uninstalled && !observed.ns->terminating)
    return Decision{StepName::kUninstall, attempt(observed, ActionKind::kUninstallRelease, now)};
  if (bound && !std::ranges::all_of(observed.claims, &VolumeClaimView::deleting))
    return Decision{StepName::kDeleteVolumes, attempt(observed, ActionKind::kDeleteVolumes, now)};
  // The namespace controller looks at a deleted namespace only after five seconds (a constant of Kubernetes):
  // they pass while pods and volumes go. It then finds an empty namespace.
  const auto step = volumes_left(observed) ? StepName::kDeleteVolumes : StepName::kDeleteNamespace;
  if (!observed.ns->terminating) return Decision{step, attempt(observed, ActionKind::kDeleteNamespace, now)};
  if (volumes_left(observed)) return Decision{step, Waiting{"volumes are being removed", 2s}};
  return Decision{StepName::kDeleteNamespace, Waiting{"the namespace is terminating", 2s}};
}

Decision decide_outside(const Observed& observed, TimePoint now) {
  if (volumes_left(observed)) return {StepName::kDeleteVolumes, Waiting{"volumes are being removed", 2s}};
  const auto next = [&](ActionKind kind) {
    return Decision{StepName::kVerifyGone, attempt(observed, kind, now)};
  };
  if (!observed.memory.verified_gone) return next(ActionKind::kVerifyGone);
  if (!observed.claimed_hosts.empty()) return next(ActionKind::kReleaseHosts);
  if (!observed.memory.receipt_saved && !gave_up(observed, ActionKind::kSaveReceipt))
    return next(ActionKind::kSaveReceipt);
  if (!observed.memory.quota_released && !gave_up(observed, ActionKind::kReleaseQuota))
    return next(ActionKind::kReleaseQuota);
  return next(ActionKind::kRemoveFinalizer);
}

}  // namespace

Decision decide_teardown(const Observed& observed, TimePoint now) {
  if (!observed.store.has_finalizer())
    return {StepName::kVerifyGone, Waiting{"the API server removes the store", 2s}};
  auto decision =
      observed.ns ? decide_inside(observed, now).value_or(Decision{}) : decide_outside(observed, now);
  decision.problem = diagnose_teardown(observed, decision.step, now);
  return decision;
}

}  // namespace storefleet::decision
