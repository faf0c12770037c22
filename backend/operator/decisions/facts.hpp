#pragma once
#include <optional>
#include <string>
#include <vector>

#include "operator/watch/observed.hpp"

/// What more than one decision asks about a store. All pure.
namespace storefleet::store_operator {

/// Whether something of the store was taken away already; the status may not say so yet.
bool teardown_begun(const Observed& observed);

/// Whether everything of the store is to go: it was deleted, and is not retained, or there is nothing to
/// retain.
bool is_torn_down(const Observed& observed);

/// Whether the store has its place in its team's quota, for the plan that it wants. A process that has just
/// started trusts what the status says.
bool admitted(const Observed& observed);

/// When the store is to be deleted by itself. One whose data is to be retained never is.
std::optional<TimePoint> expiry(const Store& store);

/// Whether an object is there as it should be, and stays.
bool matches(const std::vector<OwnedView>& existing, const engines::DesiredObject& desired);

/// Whether quota, limits and network policies are there as they should be.
bool policies_exist(const Observed& observed);

/// Whether the workloads that belong to a step are ready.
bool workloads_ready(const Observed& observed, StepName step);

/// Whether the platform wants another release, which the store does not get yet.
bool is_held(const Observed& observed);

/// Whether Helm's record says that what should be is deployed; where that has to wait, that anything is.
bool is_recorded(const Observed& observed);

/// Whether every workload of the engine is there, and every object of the release is as it was written: what
/// is not was tampered with.
bool release_is_whole(const Observed& observed);

/// Volume claims of the release that are gone, or about to: their data is.
std::vector<std::string> lost_claims(const Observed& observed);

/// Whether the store's Secrets are there and say what they did when they were written.
bool secrets_are_whole(const Observed& observed);

/// Whether something of the store knows its passwords: then they cannot be made anew.
bool holds_data(const Observed& observed);

/// Why no shopper reaches the web pod, as far as the cluster shows; empty where one does.
std::string cut_off(const Observed& observed);

/// Whether all claims have their volume.
bool volumes_bound(const Observed& observed);

/// The pod that the in-pod endpoint can be reached at, ready or not; nullptr where there is none.
const PodView* site_pod(const Observed& observed);

/// Its UID; empty where there is none.
std::string site_pod_uid(const Observed& observed);

/// Pods of a StatefulSet that were made from an old revision and never became ready. Kubernetes keeps them
/// for ever, also when the new revision would work (known issue "forced rollback" of StatefulSets).
std::vector<PodView> stuck_pods(const Observed& observed);

/// Host claims of the store to give back: those that it no longer wants, in a teardown all of them.
std::vector<ObservedHost> claims_to_release(const Observed& observed);

/// Of the last tries of an action, where the last one failed; else nullptr.
const Attempt* failed_attempt(const Observed& observed, ActionKind kind);

}  // namespace storefleet::store_operator
