#include "operator/decisions/decide.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/enum_names.hpp"
#include "operator/decisions/diagnose.hpp"

namespace storefleet {
namespace {

using namespace std::chrono_literals;

constexpr auto kActionNames = enum_names<ActionKind>({
    {ActionKind::kAddFinalizer, "AddFinalizer"},
    {ActionKind::kAdmit, "Admit"},
    {ActionKind::kReleaseQuota, "ReleaseQuota"},
    {ActionKind::kClaimHosts, "ClaimHosts"},
    {ActionKind::kCreateNamespace, "CreateNamespace"},
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

/// How long a successful change may take to show in the watch caches before it is made again.
constexpr auto kShowsWithin = 1000ms;
/// Failures in a row, about 50 s of them, after which a person should know that admission hangs.
constexpr int kTriesToReport = 12;
/// Another store of the team may have gone by then.
constexpr auto kAskForQuotaAgain = 15s;
/// The verdict is at hand in this process.
constexpr auto kLookAtIsolationAgain = 2s;

bool matches(const std::vector<OwnedView>& existing, const DesiredObject& desired) {
  return std::ranges::any_of(existing, [&](const OwnedView& view) {
    return view.name == desired.name && view.hash == desired.hash && !view.deleting;
  });
}

bool policy_exists(const Observed& observed, const DesiredObject& desired) {
  if (desired.kind == "ResourceQuota") return matches(observed.quotas, desired);
  if (desired.kind == "LimitRange") return matches(observed.limits, desired);
  return matches(observed.network_policies, desired);
}

/// The engine's workload as it is in the cluster, or nullptr.
const WorkloadView* find_workload(const Observed& observed, const EngineWorkload& wanted) {
  const auto& views = wanted.kind == "StatefulSet" ? observed.stateful_sets : observed.deployments;
  const auto found = std::ranges::find(views, wanted.name, &WorkloadView::name);
  return found == views.end() ? nullptr : &*found;
}

bool workloads_ready(const Observed& observed, StepName step) {
  return std::ranges::all_of(observed.engine.workloads, [&](const EngineWorkload& wanted) {
    if (wanted.step != step) return true;
    const auto* view = find_workload(observed, wanted);
    return view != nullptr && view->ready && !view->deleting;
  });
}

bool was_done(const Observed& observed, StepName step) {
  const auto* known = find_step(observed.store.status.steps, step);
  return observed.store.status.ready_seconds.has_value() && known != nullptr &&
         known->state == StepState::kDone;
}

/// A new web pod is only reached once the ingress controller knows it: its route is probed again. A process
/// that has just started trusts what the status says.
bool route_answered(const Observed& observed) {
  const auto& answered_by = observed.memory.route_answered_by;
  if (answered_by.empty()) return was_done(observed, StepName::kRoute);
  const auto* pod = site_pod(observed);
  return pod == nullptr || pod->uid == answered_by;
}

FailureCode spec_failure(const Error& error) {
  if (error.reason == "UnknownEngine") return FailureCode::kUnknownEngine;
  if (error.reason == "UnknownPlan") return FailureCode::kUnknownPlan;
  // Its address, that is, would be one of the platform's.
  if (error.reason == "InvalidName" || error.reason == "HostConflict") return FailureCode::kHostConflict;
  return FailureCode::kInvalidValues;
}

/// The hosts that are not this store's to have; nothing where there are none.
std::optional<StoreProblem> refused_hosts(const Observed& observed) {
  const auto& refused = observed.refused_hosts;
  if (refused.empty()) return std::nullopt;
  auto message = refused.front().message;
  if (refused.size() > 1) message += fmt::format(" ({} more like it)", refused.size() - 1);
  return StoreProblem{spec_failure(refused.front()), std::move(message)};
}

/// Nothing of such a store is looked at, but that it does not go on to serve what is not its own.
Decision decide_wrong_spec(const Observed& observed, TimePoint now) {
  const auto code = spec_failure(*observed.spec_error);
  Decision decision{StepName::kHosts, Blocked{}, StoreProblem{code, observed.spec_error->message}};
  const bool foreign = code == FailureCode::kHostConflict || !observed.refused_hosts.empty();
  if ((foreign || observed.store.is_retained()) && !observed.ingresses.empty())
    decision.next = decision::attempt(observed, ActionKind::kDeleteIngress, now);
  return decision;
}

/// Nothing is made for a store that its team's quota has no place for.
Decision decide_admission(const Observed& observed, TimePoint now) {
  Decision decision{StepName::kHosts, decision::attempt(observed, ActionKind::kAdmit, now)};
  const auto tried = observed.memory.attempts.find(ActionKind::kAdmit);
  if (tried == observed.memory.attempts.end() || !tried->second.error) return decision;
  const auto& [failures, at, error] = tried->second;
  if (error->code != ErrorCode::kForbidden && error->code != ErrorCode::kNotFound) {
    if (failures >= kTriesToReport)
      decision.problem = StoreProblem{FailureCode::kDeadlineExceeded,
                                      "The team's quota cannot be looked up: " + error->message};
    return decision;
  }
  const bool unknown = error->code == ErrorCode::kNotFound;
  decision.problem =
      StoreProblem{unknown ? FailureCode::kUnknownTeam : FailureCode::kTeamQuotaExceeded, error->message};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at + kAskForQuotaAgain - now);
  if (left > 0ms) decision.next = Waiting{error->message, left};
  return decision;
}

/// Whether every workload of the engine is there: an installed release whose workload is gone was tampered
/// with.
bool workloads_exist(const Observed& observed) {
  return std::ranges::all_of(observed.engine.workloads, [&](const EngineWorkload& wanted) {
    return find_workload(observed, wanted) != nullptr;
  });
}

/// Rules up to the installed release: each needs the one before it.
std::optional<ActionKind> next_preparation(const Observed& observed) {
  if (!observed.store.is_retained() && !step_done(observed, StepName::kHosts)) return ActionKind::kClaimHosts;
  if (!observed.ns) return ActionKind::kCreateNamespace;
  if (!step_done(observed, StepName::kNamespace)) return ActionKind::kBind;
  if (!std::ranges::all_of(observed.desired.policies,
                           [&](const DesiredObject& desired) { return policy_exists(observed, desired); }))
    return ActionKind::kApplyPolicies;
  if (!step_done(observed, StepName::kSecrets)) return ActionKind::kEnsureSecrets;
  if (step_done(observed, StepName::kPolicies) && !step_done(observed, StepName::kRelease))
    return ActionKind::kInstallRelease;
  return std::nullopt;
}

/// Where stores are not kept from each other none is made. Those that exist go on: their owners would lose
/// more.
Decision held_back(const IsolationHold& hold) {
  Decision decision{StepName::kNamespace, Waiting{hold.why, kLookAtIsolationAgain}};
  if (hold.settled) decision.problem = StoreProblem{FailureCode::kIsolationNotEnforced, hold.why};
  return decision;
}

/// Of a store that sleeps nothing beyond its release is looked at.
StepName first_open_step(const Observed& observed) {
  const auto last = observed.store.spec.asleep ? StepName::kRelease : create_steps().back();
  for (const auto step : create_steps())
    if (step == last || !step_done(observed, step)) return step;
  return last;
}

/// The release has scaled its workloads to nothing; volumes and everything else stay.
std::variant<Action, Waiting, Settled, Blocked> decide_sleeping(const Observed& observed, TimePoint now) {
  // Whoever comes then gets the platform's own page, which the Ingress without a host leads to, and not the
  // ingress controller's bare words. The site step makes it anew when the store wakes.
  if (!observed.ingresses.empty()) return decision::attempt(observed, ActionKind::kDeleteIngress, now);
  if (!workloads_exist(observed)) return decision::attempt(observed, ActionKind::kRepairRelease, now);
  // One that has failed stays for ever; one that is being deleted is gone in a moment.
  const bool over =
      std::ranges::all_of(observed.pods, [](const PodView& pod) { return pod.ended && !pod.deleting; });
  if (!over) return Waiting{"the pods end", 5s};
  if (!claims_to_release(observed).empty())
    return decision::attempt(observed, ActionKind::kReleaseHosts, now);
  return Settled{};
}

/// Rules once the release is installed. The site is configured as soon as its pod runs, which is up to a
/// second before the kubelet calls it ready.
std::variant<Action, Waiting, Settled, Blocked> decide_serving(const Observed& observed, TimePoint now) {
  // An Ingress from before such a rule: without a pod it could not be made anew, and would stay.
  const bool stale = !observed.ingresses.empty() && !step_done(observed, StepName::kSite);
  if (stale && !observed.refused_hosts.empty() && site_pod(observed) == nullptr)
    return decision::attempt(observed, ActionKind::kDeleteIngress, now);
  if (!workloads_exist(observed)) return decision::attempt(observed, ActionKind::kRepairRelease, now);
  if (!stuck_pods(observed).empty()) return decision::attempt(observed, ActionKind::kReplacePods, now);
  if (!step_done(observed, StepName::kSite) && site_pod(observed) != nullptr) {
    const bool taken = observed.memory.site_applied == observed.desired.site_hash;
    return decision::attempt(observed, taken ? ActionKind::kApplyIngress : ActionKind::kConfigureSite, now);
  }
  if (!step_done(observed, StepName::kDatabase)) return Waiting{"the database is not ready", 5s};
  if (!step_done(observed, StepName::kApplication)) return Waiting{"the application is not ready", 5s};
  if (!step_done(observed, StepName::kSite)) return Waiting{"the web pod is not there yet", 5s};
  // Not before the Ingress is without them.
  if (!claims_to_release(observed).empty())
    return decision::attempt(observed, ActionKind::kReleaseHosts, now);
  if (!step_done(observed, StepName::kRoute))
    return decision::attempt(observed, ActionKind::kProbeRoute, now);
  if (!step_done(observed, StepName::kCommerce))
    return decision::attempt(observed, ActionKind::kProbeCommerce, now);
  return Settled{};
}

/// Of a store that may have all that it is to be made of.
Decision decide_making(const Observed& observed, TimePoint now) {
  Decision decision;
  decision.step = first_open_step(observed);
  if (const auto kind = next_preparation(observed)) {
    if (*kind == ActionKind::kCreateNamespace && observed.isolation_hold)
      return held_back(*observed.isolation_hold);
    decision.next = decision::attempt(observed, *kind, now);
  } else if (!step_done(observed, StepName::kRelease)) {
    decision.next = Waiting{"the quota is being filled in", 1s};
  } else if (observed.store.spec.asleep) {
    decision.next = decide_sleeping(observed, now);
    if (!std::holds_alternative<Settled>(decision.next)) decision.problem = diagnose_sleeping(observed, now);
    return decision;
  } else {
    decision.next = decide_serving(observed, now);
  }
  if (!std::holds_alternative<Settled>(decision.next))
    decision.problem = diagnose(observed, decision.step, now);
  if (decision.problem && wants_log(observed) && std::holds_alternative<Waiting>(decision.next))
    decision.next = decision::attempt(observed, ActionKind::kReadLog, now);
  return decision;
}

}  // namespace

std::string_view to_string(ActionKind kind) {
  return kActionNames.name_of(kind);
}

const std::vector<StepName>& create_steps() {
  static const std::vector<StepName> kSteps = {
      StepName::kHosts,   StepName::kNamespace, StepName::kPolicies,    StepName::kSecrets,
      StepName::kRelease, StepName::kDatabase,  StepName::kApplication, StepName::kSite,
      StepName::kRoute,   StepName::kCommerce};
  return kSteps;
}

const std::vector<StepName>& teardown_steps() {
  static const std::vector<StepName> kSteps = {StepName::kStopRouting, StepName::kUninstall,
                                               StepName::kDeleteVolumes, StepName::kDeleteNamespace,
                                               StepName::kVerifyGone};
  return kSteps;
}

bool teardown_begun(const Observed& observed) {
  return observed.memory.uninstalled || !observed.memory.removed.empty();
}

bool is_torn_down(const Observed& observed) {
  if (!observed.store.deletion_requested_at) return false;
  return teardown_begun(observed) || !observed.store.is_retained() || !observed.ns ||
         observed.ns->terminating;
}

std::vector<ObservedHost> claims_to_release(const Observed& observed) {
  auto claims = observed.claimed_hosts;
  if (is_torn_down(observed)) return claims;
  std::erase_if(claims, [&](const ObservedHost& claimed) {
    return std::ranges::find(observed.hosts, claimed.host, &ObservedHost::host) != observed.hosts.end();
  });
  return claims;
}

std::chrono::seconds step_deadline(StepName step) {
  switch (step) {
    case StepName::kDatabase:
    case StepName::kApplication:
      return 180s;
    case StepName::kRelease:
    case StepName::kDeleteNamespace:
    case StepName::kDeleteVolumes:
      return 90s;
    default:
      return 60s;
  }
}

std::chrono::milliseconds retry_pause(ActionKind kind, int failures) {
  const bool probing = kind == ActionKind::kConfigureSite || kind == ActionKind::kProbeRoute;
  const std::chrono::milliseconds first = probing ? 40ms : 25ms;
  const std::chrono::milliseconds ceiling = probing ? 1000ms : 30'000ms;
  // Probes keep their quick rhythm for the first second: that is when the answer is about to come.
  const int doublings = probing ? std::max(0, failures - 15) : failures - 1;
  return std::min(ceiling, first * (1 << std::min(doublings, 12)));
}

bool step_done(const Observed& observed, StepName step) {
  switch (step) {
    case StepName::kHosts:
      return std::ranges::all_of(observed.hosts, [&](const ObservedHost& host) {
        return host.claim && host.claim->store_uid == observed.store.uid;
      });
    case StepName::kNamespace:
      return observed.ns && !observed.ns->terminating &&
             std::ranges::all_of(observed.desired.bindings,
                                 [&](const auto& desired) { return matches(observed.bindings, desired); });
    case StepName::kPolicies:
      return std::ranges::all_of(observed.desired.policies,
                                 [&](const auto& desired) { return policy_exists(observed, desired); }) &&
             std::ranges::any_of(observed.quotas, &OwnedView::quota_filled);
    case StepName::kSecrets:
      return observed.memory.secrets_ensured || !observed.deployments.empty() ||
             !observed.stateful_sets.empty();
    case StepName::kRelease:
      return observed.ns && observed.ns->release_hash == observed.desired.release_hash;
    case StepName::kDatabase:
    case StepName::kApplication:
      return workloads_ready(observed, step);
    case StepName::kSite:
      return matches(observed.ingresses, observed.desired.ingress);
    case StepName::kRoute:
      return route_answered(observed);
    case StepName::kCommerce:
      return observed.memory.commerce_passed || was_done(observed, step);
    default:
      return false;
  }
}

bool admitted(const Observed& observed) {
  if (observed.memory.admitted) return *observed.memory.admitted == observed.claim;
  const auto& status = observed.store.status;
  return status.observed_generation == observed.store.generation &&
         std::ranges::any_of(status.conditions, [](const Condition& condition) {
           return condition.type == kAdmittedCondition && condition.status;
         });
}

std::optional<TimePoint> expiry(const Store& store) {
  if (store.spec.deletion_policy == DeletionPolicy::kRetain) return std::nullopt;
  return store.spec.expires_at;
}

const PodView* site_pod(const Observed& observed) {
  const auto found = std::ranges::find_if(observed.pods, [](const PodView& pod) {
    return pod.component == "web" && pod.running && !pod.ip.empty() && !pod.deleting;
  });
  return found == observed.pods.end() ? nullptr : &*found;
}

std::string site_pod_uid(const Observed& observed) {
  const auto* pod = site_pod(observed);
  return pod == nullptr ? std::string() : pod->uid;
}

std::vector<PodView> stuck_pods(const Observed& observed) {
  std::vector<PodView> stuck;
  for (const auto& pod : observed.pods) {
    const auto owner = std::ranges::find(observed.stateful_sets, pod.stateful_set, &WorkloadView::name);
    if (owner == observed.stateful_sets.end() || pod.ready || pod.deleting) continue;
    if (!owner->update_revision.empty() && pod.revision != owner->update_revision) stuck.push_back(pod);
  }
  return stuck;
}

namespace decision {

std::variant<Action, Waiting, Settled, Blocked> attempt(const Observed& observed, ActionKind kind,
                                                        TimePoint now) {
  const auto found = observed.memory.attempts.find(kind);
  if (found == observed.memory.attempts.end()) return Action{kind};
  const auto& [failures, at, error] = found->second;
  const auto pause = failures > 0 ? retry_pause(kind, failures) : std::chrono::milliseconds(kShowsWithin);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at + pause - now);
  if (left <= 0ms) return Action{kind};
  const auto why = failures > 0
                       ? fmt::format("{} is tried again: {}", to_string(kind), error ? error->message : "")
                       : fmt::format("{} is done, the watch will show it", to_string(kind));
  return Waiting{why, left};
}

}  // namespace decision

Decision decide(const Observed& observed, TimePoint now) {
  if (is_torn_down(observed)) return decision::decide_teardown(observed, now);
  if (!observed.store.has_finalizer() && !observed.store.deletion_requested_at)
    return {StepName::kHosts, decision::attempt(observed, ActionKind::kAddFinalizer, now)};
  if (const auto expires = expiry(observed.store); expires && *expires <= now)
    return {StepName::kHosts, decision::attempt(observed, ActionKind::kExpire, now)};
  if (observed.spec_error) return decide_wrong_spec(observed, now);
  // What is only kept needs no place, no host and no part of its spec but what stops it.
  if (observed.store.is_retained()) return decide_making(observed, now);
  const auto refused = refused_hosts(observed);
  // Nothing is begun; what exists goes on without those hosts.
  if (refused && !observed.ns) return {StepName::kHosts, Blocked{}, refused};
  if (!admitted(observed)) return decide_admission(observed, now);
  for (const auto& host : observed.hosts) {
    if (host.claim && host.claim->store_uid != observed.store.uid) {
      return {
          StepName::kHosts, Waiting{"a host name belongs to another store", 15s},
          StoreProblem{FailureCode::kHostConflict, fmt::format("{} belongs to {}.", host.host, host.owner)}};
    }
  }
  if (observed.ns && observed.ns->terminating) {
    return {StepName::kNamespace, Waiting{"the old namespace is still terminating", 5s},
            StoreProblem{FailureCode::kNamespaceTerminating,
                         fmt::format("{} is being deleted.", observed.ns->name)}};
  }
  auto decision = decide_making(observed, now);
  if (!refused || decision.problem) return decision;
  decision.problem = refused;
  // It serves all the same, by its other hosts; that is not what was asked for.
  if (std::holds_alternative<Settled>(decision.next) && !observed.store.spec.asleep)
    decision.next = Blocked{};
  return decision;
}

}  // namespace storefleet
