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

/// Whether every workload of the engine is there: an installed release whose workload is gone was tampered
/// with.
bool workloads_exist(const Observed& observed);

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
