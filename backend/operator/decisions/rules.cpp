#include "operator/decisions/rules.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/reasons.hpp"
#include "operator/decisions/attempts.hpp"
#include "operator/decisions/diagnose.hpp"
#include "operator/decisions/facts.hpp"
#include "operator/decisions/steps.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// Failures in a row, about 50 s of them, after which a person should know that admission hangs.
constexpr int kTriesToReport = 12;
/// Another store of the team may have gone by then.
constexpr auto kAskForQuotaAgain = 15s;
constexpr auto kEndpointsGrace = 3s;
constexpr auto kSeenWithin = 1s;
/// The verdict is at hand in this process.
constexpr auto kLookAtIsolationAgain = 2s;
/// A database that is down must not keep a store from being deleted: after some seconds the receipt is lost,
/// and its place in the quota is given back when the ledger is rebuilt.
constexpr int kDatabaseTries = 8;
/// What Helm cannot uninstall goes with its namespace.
constexpr int kUninstallTries = 3;

bool is_open(const Situation& in, StepName step) {
  return !step_done(in.seen, step);
}

FailureCode spec_failure(const Error& error) {
  return meaning_of(error.reason).failure.value_or(FailureCode::kInvalidValues);
}

bool serves_what_is_not_its_own(const Situation& in) {
  if (!in.seen.spec_error || in.seen.ingresses.empty()) return false;
  const bool foreign = spec_failure(*in.seen.spec_error) == FailureCode::kHostConflict;
  return foreign || !in.seen.refused_hosts.empty() || in.store.is_retained();
}

bool has_refused_hosts(const Situation& in) {
  // What is only kept needs no place, no host and no part of its spec but what stops it.
  return !in.store.is_retained() && !in.seen.refused_hosts.empty();
}

const ObservedHost* foreign_host(const Situation& in) {
  for (const auto& host : in.seen.hosts)
    if (host.claim && host.claim->store_uid != in.store.uid) return &host;
  return nullptr;
}

/// Without a pod its Ingress could not be made anew, and would stay.
bool serves_refused_hosts(const Situation& in) {
  return !in.seen.refused_hosts.empty() && !in.seen.ingresses.empty() && is_open(in, StepName::kSite) &&
         site_pod(in.seen) == nullptr;
}

/// One that has failed stays for ever; one that is being deleted is gone in a moment.
bool pods_run(const Situation& in) {
  return !std::ranges::all_of(in.seen.pods, [](const PodView& pod) { return pod.ended && !pod.deleting; });
}

/// The site is configured as soon as its pod runs, which is up to a second before the kubelet calls it ready.
bool can_take_site(const Situation& in) {
  return is_open(in, StepName::kSite) && site_pod(in.seen) != nullptr;
}

bool volumes_left(const Situation& in) {
  return !in.seen.volume_claims.empty() ||
         std::ranges::any_of(in.seen.volumes, [](const VolumeView& volume) { return !volume.retained; });
}

/// Without its own binding the operator has no rights inside the namespace. It comes before everything else
/// in there, so then nothing was made yet, or the namespace is going already, or somebody deleted the
/// binding: in each case the end of the namespace takes the rest with it.
bool may_work_inside(const Situation& in) {
  return in.seen.ns && std::ranges::find(in.seen.bindings, engines::kOperatorBinding, &OwnedView::name) !=
                           in.seen.bindings.end();
}

bool gave_up(const Situation& in, ActionKind kind, int tries = kDatabaseTries) {
  const auto found = in.seen.memory.attempts.find(kind);
  return found != in.seen.memory.attempts.end() && found->second.failures >= tries;
}

/// The watches may show what was just written one after the other.
bool just_written(const Situation& in) {
  const auto written = in.seen.memory.attempts.find(ActionKind::kInstallRelease);
  return written != in.seen.memory.attempts.end() && written->second.failures == 0 &&
         left_of(written->second.at, kSeenWithin, in.now) > 0ms;
}

bool release_is_to_go(const Situation& in) {
  return may_work_inside(in) && !in.seen.memory.uninstalled && !in.seen.ns->terminating &&
         !gave_up(in, ActionKind::kUninstallRelease, kUninstallTries);
}

// What is next, where it takes more than a word.

/// What the ledger refuses it may take when another store of the team is gone.
Next ask_for_quota(const Situation& in) {
  const auto* tried = failed_attempt(in.seen, ActionKind::kAdmit);
  const bool refused = tried != nullptr && (tried->error->code == ErrorCode::kForbidden ||
                                            tried->error->code == ErrorCode::kNotFound);
  if (!refused) return attempt(in.seen, ActionKind::kAdmit, in.now);
  const auto left = left_of(tried->at, kAskForQuotaAgain, in.now);
  if (left > 0ms) return Waiting{tried->error->message, left};
  return attempt(in.seen, ActionKind::kAdmit, in.now);
}

Next hold_back(const Situation& in) {
  return Waiting{in.seen.isolation_hold->why, kLookAtIsolationAgain};
}

// What keeps the store from being Ready.

std::optional<StoreProblem> no_problem(const Situation&, StepName) {
  return std::nullopt;
}

std::optional<StoreProblem> wrong_spec(const Situation& in, StepName) {
  return StoreProblem{spec_failure(*in.seen.spec_error), in.seen.spec_error->message};
}

/// The hosts that are not this store's to have; nothing where there are none.
std::optional<StoreProblem> refused_hosts(const Situation& in, StepName) {
  if (!has_refused_hosts(in)) return std::nullopt;
  const auto& refused = in.seen.refused_hosts;
  auto message = refused.front().message;
  if (refused.size() > 1) message += fmt::format(" ({} more like it)", refused.size() - 1);
  return StoreProblem{spec_failure(refused.front()), std::move(message)};
}

std::optional<StoreProblem> no_quota(const Situation& in, StepName) {
  const auto* tried = failed_attempt(in.seen, ActionKind::kAdmit);
  if (tried == nullptr) return std::nullopt;
  const auto& message = tried->error->message;
  switch (tried->error->code) {
    case ErrorCode::kForbidden:
      return StoreProblem{FailureCode::kTeamQuotaExceeded, message};
    case ErrorCode::kNotFound:
      return StoreProblem{FailureCode::kUnknownTeam, message};
    default:
      if (tried->failures < kTriesToReport) return std::nullopt;
      return StoreProblem{FailureCode::kDeadlineExceeded, "The team's quota cannot be looked up: " + message};
  }
}

std::optional<StoreProblem> host_conflict(const Situation& in, StepName) {
  const auto* host = foreign_host(in);
  return StoreProblem{FailureCode::kHostConflict, fmt::format("{} belongs to {}.", host->host, host->owner)};
}

std::optional<StoreProblem> namespace_goes(const Situation& in, StepName) {
  return StoreProblem{FailureCode::kNamespaceTerminating,
                      fmt::format("{} is being deleted.", in.seen.ns->name)};
}

std::optional<StoreProblem> not_isolated(const Situation& in, StepName step) {
  const auto& hold = *in.seen.isolation_hold;
  if (hold.settled) return StoreProblem{FailureCode::kIsolationNotEnforced, hold.why};
  return refused_hosts(in, step);
}

std::optional<StoreProblem> slow_making(const Situation& in, StepName step) {
  if (auto problem = diagnose(in.seen, step, in.now)) return problem;
  return refused_hosts(in, step);
}

std::optional<StoreProblem> slow_sleep(const Situation& in, StepName step) {
  if (auto problem = diagnose_sleeping(in.seen, in.now)) return problem;
  return refused_hosts(in, step);
}

std::optional<StoreProblem> slow_teardown(const Situation& in, StepName step) {
  return diagnose_teardown(in.seen, step, in.now);
}

std::optional<StoreProblem> lost_secrets(const Situation& in, StepName step) {
  const auto* tried = failed_attempt(in.seen, ActionKind::kEnsureSecrets);
  if (tried != nullptr && tried->error->reason == Reason::kSecretsLost)
    return StoreProblem{FailureCode::kSecretsLost, tried->error->message};
  return slow_making(in, step);
}

std::optional<StoreProblem> lost_volumes(const Situation& in, StepName) {
  const auto lost = lost_claims(in.seen);
  std::string going;
  for (const auto& claim : in.seen.volume_claims)
    if (claim.deleting) going += " " + claim.name;
  auto message = fmt::format("Somebody deleted the volume claim {} in namespace {}.",
                             fmt::join(lost, " and "), in.seen.identity.store_namespace);
  if (!going.empty())
    message += fmt::format(" The data of{} is there as long as the pod runs that uses it.", going);
  return StoreProblem{FailureCode::kVolumeLost, std::move(message)};
}

std::optional<StoreProblem> nobody_comes(const Situation& in, StepName) {
  // Endpoints follow a pod that has just become ready.
  if (waited_for(in.seen, StepName::kRoute, in.now) <= kEndpointsGrace) return std::nullopt;
  return StoreProblem{FailureCode::kRouteNotServing, cut_off(in.seen)};
}

using enum ActionKind;
using In = const Situation&;

// clang-format off
constexpr auto kMakingRules = std::to_array<Rule>({
    // Before anything is made.
    {"it has no finalizer, and nobody has deleted it",
     [](In in) { return !in.store.has_finalizer() && !in.store.deletion_requested_at; },
     kAddFinalizer, no_problem, StepName::kHosts},
    {"its time is over",
     [](In in) { const auto time = expiry(in.store); return time && *time <= in.now; },
     kExpire, no_problem, StepName::kHosts},
    {"the spec is wrong, and it serves what is not its own",
     serves_what_is_not_its_own,
     kDeleteIngress, wrong_spec, StepName::kHosts},
    {"the spec is wrong",
     [](In in) { return in.seen.spec_error.has_value(); },
     Blocked{}, wrong_spec, StepName::kHosts},
    {"a host is not the store's to have, and nothing is begun",
     [](In in) { return has_refused_hosts(in) && !in.seen.ns; },
     Blocked{}, refused_hosts, StepName::kHosts},
    {"it has no place in its team's quota",
     [](In in) { return !in.store.is_retained() && !admitted(in.seen); },
     ask_for_quota, no_quota, StepName::kHosts},
    {"its own address belongs to another store",
     [](In in) { return !in.store.is_retained() && foreign_host(in) != nullptr; },
     Wait{"a host name belongs to another store", 15s}, host_conflict, StepName::kHosts},
    {"its old namespace is still terminating",
     [](In in) { return !in.store.is_retained() && in.seen.ns && in.seen.ns->terminating; },
     Wait{"the old namespace is still terminating", 5s}, namespace_goes, StepName::kNamespace},

    // Up to the installed release: each needs the one before it.
    {"a host has no claim",
     [](In in) { return !in.store.is_retained() && is_open(in, StepName::kHosts); },
     kClaimHosts, slow_making},
    {"there is no namespace, and it is not proved that stores are kept from each other",
     [](In in) { return !in.seen.ns && in.seen.isolation_hold; },
     hold_back, not_isolated, StepName::kNamespace},
    {"there is no namespace",
     [](In in) { return !in.seen.ns; },
     kCreateNamespace, slow_making},
    {"its namespace is not labelled as a store's",
     [](In in) { return in.seen.ns->marks != in.seen.desired.marks; },
     kLabelNamespace, slow_making, StepName::kNamespace},
    {"a RoleBinding is missing or not as it should be",
     [](In in) { return is_open(in, StepName::kNamespace); },
     kBind, slow_making},
    {"quota, limits or a network policy is missing or not as it should be",
     [](In in) { return !policies_exist(in.seen); },
     kApplyPolicies, slow_making},
    {"a secret is missing or was changed",
     [](In in) { return is_open(in, StepName::kSecrets); },
     kEnsureSecrets, lost_secrets},
    {"a volume claim is gone with its data, or is going",
     [](In in) { return !lost_claims(in.seen).empty(); },
     Blocked{}, lost_volumes, StepName::kRelease},
    {"an upgrade was cut short, and has to wait",
     [](In in) { return is_held(in.seen) && !is_recorded(in.seen); },
     Wait{"the platform holds its upgrade back", 30s}, slow_making, StepName::kRelease},
    {"the release is missing, old or its record was changed, and the quota is filled in",
     [](In in) { return !is_recorded(in.seen) && !is_open(in, StepName::kPolicies); },
     kInstallRelease, slow_making},
    {"the release was just written, and the watches do not show all of it yet",
     [](In in) { return is_open(in, StepName::kRelease) && is_recorded(in.seen) && just_written(in); },
     Wait{"the watches show it soon", 1s}, slow_making},
    {"an object of the release is missing or was changed, and the quota is filled in",
     [](In in) { return is_open(in, StepName::kRelease) && !is_open(in, StepName::kPolicies); },
     kRepairRelease, slow_making},
    {"the release is missing or was changed",
     [](In in) { return is_open(in, StepName::kRelease); },
     Wait{"the quota is being filled in", 1s}, slow_making},

    // A store that sleeps: its release has scaled the workloads to nothing, everything else stays. Whoever comes
    // gets the platform's own page, which the Ingress without a host leads to.
    {"it is to sleep, and has an Ingress",
     [](In in) { return in.store.spec.asleep && !in.seen.ingresses.empty(); },
     kDeleteIngress, slow_sleep},
    {"it is to sleep, and pods run",
     [](In in) { return in.store.spec.asleep && pods_run(in); },
     Wait{"the pods end", 5s}, slow_sleep},
    {"it is to sleep, and has a host that it no longer wants",
     [](In in) { return in.store.spec.asleep && !claims_to_release(in.seen).empty(); },
     kReleaseHosts, slow_sleep},
    {"it is to sleep",
     [](In in) { return in.store.spec.asleep; },
     Settled{}, refused_hosts},

    // A store that serves.
    {"its Ingress has a host that is not the store's to have, and no pod can take a new one",
     serves_refused_hosts,
     kDeleteIngress, slow_making},
    {"a pod of an old revision never became ready",
     [](In in) { return !stuck_pods(in.seen).empty(); },
     kReplacePods, slow_making},
    {"the web pod runs, and has not taken title, address and admin account",
     [](In in) { return can_take_site(in) && in.seen.memory.site_applied != in.seen.desired.site_hash; },
     kConfigureSite, slow_making},
    {"the web pod runs, and the Ingress is missing or not as it should be",
     can_take_site,
     kApplyIngress, slow_making},
    {"the database is not ready",
     [](In in) { return is_open(in, StepName::kDatabase); },
     Wait{"the database is not ready", 5s}, slow_making},
    {"the application is not ready",
     [](In in) { return is_open(in, StepName::kApplication); },
     Wait{"the application is not ready", 5s}, slow_making},
    {"the Ingress is missing or not as it should be",
     [](In in) { return is_open(in, StepName::kSite); },
     Wait{"the web pod is not there yet", 5s}, slow_making},
    {"it has a host that it no longer wants, and no Ingress for it",
     [](In in) { return !claims_to_release(in.seen).empty(); },
     kReleaseHosts, slow_making},
    {"the cluster does not lead shoppers to the web pod",
     [](In in) { return !cut_off(in.seen).empty(); },
     Wait{"nobody reaches the web pod", 4s}, nobody_comes, StepName::kRoute},
    {"the address has not answered",
     [](In in) { return is_open(in, StepName::kRoute); },
     kProbeRoute, slow_making},
    {"the probe has not passed",
     [](In in) { return is_open(in, StepName::kCommerce); },
     kProbeCommerce, slow_making},
    {"it serves, but not by all hosts that were asked for",
     has_refused_hosts,
     Blocked{}, refused_hosts},
    {"it serves",
     [](In) { return true; },
     Settled{}, no_problem},
});

constexpr auto kTeardownRules = std::to_array<Rule>({
    {"its finalizer is gone",
     [](In in) { return !in.store.has_finalizer(); },
     Wait{"the API server removes the store", 2s}, no_problem, StepName::kVerifyGone},
    {"its namespace is not labelled as a store's",
     [](In in) { return in.seen.ns && !in.seen.ns->terminating && in.seen.ns->marks != in.seen.desired.marks; },
     kLabelNamespace, slow_teardown, StepName::kStopRouting},
    {"it has an Ingress",
     [](In in) { return may_work_inside(in) && !in.seen.ingresses.empty(); },
     kDeleteIngress, slow_teardown, StepName::kStopRouting},
    {"the release is installed, and Helm took fewer than three tries",
     release_is_to_go,
     kUninstallRelease, slow_teardown, StepName::kUninstall},
    {"a volume claim is not being deleted",
     [](In in) { return may_work_inside(in) && !std::ranges::all_of(in.seen.volume_claims, &VolumeClaimView::deleting); },
     kDeleteVolumes, slow_teardown, StepName::kDeleteVolumes},
    // The namespace controller looks at a deleted namespace only after five seconds (a constant of Kubernetes): they
    // pass while pods and volumes go. It then finds an empty namespace.
    {"the namespace is not being deleted, and volumes are left",
     [](In in) { return in.seen.ns && !in.seen.ns->terminating && volumes_left(in); },
     kDeleteNamespace, slow_teardown, StepName::kDeleteVolumes},
    {"the namespace is not being deleted",
     [](In in) { return in.seen.ns && !in.seen.ns->terminating; },
     kDeleteNamespace, slow_teardown, StepName::kDeleteNamespace},
    {"volumes are left",
     volumes_left,
     Wait{"volumes are being removed", 2s}, slow_teardown, StepName::kDeleteVolumes},
    {"the namespace is there",
     [](In in) { return in.seen.ns.has_value(); },
     Wait{"the namespace is terminating", 2s}, slow_teardown, StepName::kDeleteNamespace},
    {"the API server was not asked whether anything is left",
     [](In in) { return !in.seen.memory.verified_gone; },
     kVerifyGone, slow_teardown, StepName::kVerifyGone},
    {"a host is claimed",
     [](In in) { return !in.seen.claimed_hosts.empty(); },
     kReleaseHosts, slow_teardown, StepName::kVerifyGone},
    {"the receipt is not saved, and the database took fewer than eight tries",
     [](In in) { return !in.seen.memory.receipt_saved && !gave_up(in, kSaveReceipt); },
     kSaveReceipt, slow_teardown, StepName::kVerifyGone},
    {"its place in the quota is not given back, and the database took fewer than eight tries",
     [](In in) { return !in.seen.memory.quota_released && !gave_up(in, kReleaseQuota); },
     kReleaseQuota, slow_teardown, StepName::kVerifyGone},
    {"nothing is left",
     [](In) { return true; },
     kRemoveFinalizer, slow_teardown, StepName::kVerifyGone},
});
// clang-format on

}  // namespace

std::span<const Rule> making_rules() {
  return kMakingRules;
}

std::span<const Rule> teardown_rules() {
  return kTeardownRules;
}

}  // namespace storefleet::store_operator
