#include "operator/decisions/facts.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

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

/// Whether the release that counts now has the workload: what is deployed while an upgrade has to wait may be
/// of an engine.yaml that did not know it.
bool is_of_release(const Observed& observed, const engines::EngineWorkload& wanted) {
  if (!is_held(observed) || !observed.release) return true;
  const auto name = wanted.kind + "/" + wanted.name;
  return std::ranges::any_of(observed.release->objects,
                             [&](const auto& entry) { return entry.first == name; });
}

/// Whether an object of the release is as it was written with that fingerprint; true for kinds that nobody
/// watches.
bool is_as_written(const Observed& observed, std::string_view name, std::uint64_t fingerprint) {
  const auto in = [&](const auto& views, std::string_view kind) {
    return std::ranges::any_of(views, [&](const auto& view) {
      return name.substr(kind.size()) == view.name && view.fingerprint == fingerprint && !view.deleting;
    });
  };
  if (name.starts_with("Deployment/")) return in(observed.deployments, "Deployment/");
  if (name.starts_with("StatefulSet/")) return in(observed.stateful_sets, "StatefulSet/");
  if (name.starts_with("Service/")) return in(observed.services, "Service/");
  return true;
}

/// Volume claims that may hold data: those of the release that was written last, and, if its record is lost,
/// those of the plan that the store was Ready with. One that was never Ready has none: a claim of it that
/// never got a volume is made anew.
std::set<std::string> claims_with_data(const Observed& observed) {
  constexpr std::string_view kKind = "PersistentVolumeClaim/";
  std::set<std::string> names;
  if (!observed.store.status.ready_seconds) return names;
  if (observed.release && (observed.release->digest != 0 || !observed.release->objects.empty())) {
    for (const auto& [name, fingerprint] : observed.release->objects)
      if (name.starts_with(kKind)) names.insert(name.substr(kKind.size()));
  } else {
    names.insert(observed.served_volume_claims.begin(), observed.served_volume_claims.end());
  }
  return names;
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
  if (observed.memory.admitted) return *observed.memory.admitted == observed.quota_claim;
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
    return view.name == desired.name && view.fingerprint == desired.fingerprint && !view.deleting;
  });
}

bool policies_exist(const Observed& observed) {
  return std::ranges::all_of(observed.desired.policies, [&](const engines::DesiredObject& desired) {
    return policy_exists(observed, desired);
  });
}

bool workloads_ready(const Observed& observed, StepName step) {
  return std::ranges::all_of(observed.engine.workloads, [&](const engines::EngineWorkload& wanted) {
    if (wanted.step != step || !is_of_release(observed, wanted)) return true;
    const auto* view = find_workload(observed, wanted);
    return view != nullptr && view->ready && !view->deleting;
  });
}

bool is_held(const Observed& observed) {
  return observed.wave && !observed.wave->held_by.empty();
}

bool is_recorded(const Observed& observed) {
  return observed.release && (observed.release->digest == observed.desired.release_digest ||
                              (is_held(observed) && observed.release->digest != 0));
}

bool release_is_whole(const Observed& observed) {
  const bool workloads = std::ranges::all_of(observed.engine.workloads, [&](const auto& wanted) {
    return !is_of_release(observed, wanted) || find_workload(observed, wanted) != nullptr;
  });
  return workloads &&
         (!observed.release || std::ranges::all_of(observed.release->objects, [&](const auto& entry) {
           return is_as_written(observed, entry.first, entry.second);
         }));
}

std::vector<std::string> lost_claims(const Observed& observed) {
  std::vector<std::string> lost;
  for (const auto& name : claims_with_data(observed)) {
    const auto found = std::ranges::find(observed.volume_claims, name, &VolumeClaimView::name);
    if (found == observed.volume_claims.end() || found->deleting) lost.push_back(name);
  }
  return lost;
}

bool secrets_are_whole(const Observed& observed) {
  const auto& [secrets, admin, kept] =
      std::tie(observed.secrets, observed.admin_secret, observed.kept_secret);
  return secrets && admin && kept && kept->content == kept->noted && secrets->content == kept->secrets &&
         admin->content == kept->admin;
}

bool holds_data(const Observed& observed) {
  return observed.store.status.ready_seconds || observed.release || !observed.volume_claims.empty() ||
         !observed.deployments.empty() || !observed.stateful_sets.empty();
}

std::string cut_off(const Observed& observed) {
  if (observed.ingress_is_down) return "The ingress controller has no pod that takes requests.";
  const auto service = std::ranges::find(observed.services, observed.engine.service, &ServiceView::name);
  if (service == observed.services.end() || !service->selects) return {};
  const bool leads = std::ranges::any_of(observed.endpoints, [&](const EndpointsView& slice) {
    return slice.service == service->name && slice.ready;
  });
  return leads ? std::string()
               : fmt::format("Service {} leads to no pod that takes requests.", service->name);
}

bool volumes_bound(const Observed& observed) {
  return std::ranges::all_of(observed.volume_claims,
                             [](const VolumeClaimView& claim) { return claim.bound; });
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
