#include "operator/decisions/facts.hpp"

#include <algorithm>

namespace storefleet::store_operator {
namespace {

bool policy_exists(const Observed& observed, const engines::DesiredObject& desired) {
  if (desired.kind == "ResourceQuota") return matches(observed.quotas, desired);
  if (desired.kind == "LimitRange") return matches(observed.limits, desired);
  return matches(observed.network_policies, desired);
}

/// The engine's workload as it is in the cluster, or nullptr.
const WorkloadView* find_workload(const Observed& observed, const engines::EngineWorkload& wanted) {
  const auto& views = wanted.kind == "StatefulSet" ? observed.stateful_sets : observed.deployments;
  const auto found = std::ranges::find(views, wanted.name, &WorkloadView::name);
  return found == views.end() ? nullptr : &*found;
}

}  // namespace

bool teardown_begun(const Observed& observed) {
  return observed.memory.uninstalled || !observed.memory.removed.empty();
}

bool is_torn_down(const Observed& observed) {
  if (!observed.store.deletion_requested_at) return false;
  return teardown_begun(observed) || !observed.store.is_retained() || !observed.ns ||
         observed.ns->terminating;
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

bool matches(const std::vector<OwnedView>& existing, const engines::DesiredObject& desired) {
  return std::ranges::any_of(existing, [&](const OwnedView& view) {
    return view.name == desired.name && view.hash == desired.hash && !view.deleting;
  });
}

bool policies_exist(const Observed& observed) {
  return std::ranges::all_of(observed.desired.policies, [&](const engines::DesiredObject& desired) {
    return policy_exists(observed, desired);
  });
}

bool workloads_ready(const Observed& observed, StepName step) {
  return std::ranges::all_of(observed.engine.workloads, [&](const engines::EngineWorkload& wanted) {
    if (wanted.step != step) return true;
    const auto* view = find_workload(observed, wanted);
    return view != nullptr && view->ready && !view->deleting;
  });
}

bool workloads_exist(const Observed& observed) {
  return std::ranges::all_of(observed.engine.workloads, [&](const engines::EngineWorkload& wanted) {
    return find_workload(observed, wanted) != nullptr;
  });
}

bool volumes_bound(const Observed& observed) {
  return std::ranges::all_of(observed.claims, [](const VolumeClaimView& claim) { return claim.bound; });
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

std::vector<ObservedHost> claims_to_release(const Observed& observed) {
  auto claims = observed.claimed_hosts;
  if (is_torn_down(observed)) return claims;
  std::erase_if(claims, [&](const ObservedHost& claimed) {
    return std::ranges::find(observed.hosts, claimed.host, &ObservedHost::host) != observed.hosts.end();
  });
  return claims;
}

const Attempt* failed_attempt(const Observed& observed, ActionKind kind) {
  const auto found = observed.memory.attempts.find(kind);
  return found != observed.memory.attempts.end() && found->second.error ? &found->second : nullptr;
}

}  // namespace storefleet::store_operator
