#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "operator/watch/observed.hpp"

namespace storefleet {

/// Something that keeps a store from being Ready, with its evidence.
struct StoreProblem {
  FailureCode code = FailureCode::kDeadlineExceeded;
  std::string message;
};

struct Action {
  ActionKind kind = ActionKind::kAddFinalizer;
};

/// Nothing to do until something changes in the cluster, or `at_most` has passed.
struct Waiting {
  std::string why;
  std::chrono::milliseconds at_most{0};
};

/// The store is what it should be.
struct Settled {};

/// Nothing can be done until a person changes the spec.
struct Blocked {};

struct Decision {
  StepName step = StepName::kHosts;  // the first step that is not done
  std::variant<Action, Waiting, Settled, Blocked> next;
  std::optional<StoreProblem> problem = std::nullopt;
};

/// The next thing to do for a store. Pure; the order of its rules is the order of design 5.
Decision decide(const Observed& observed, TimePoint now);

/// Whether something of the store was taken away already; the status may not say so yet.
bool teardown_begun(const Observed& observed);

/// Whether everything of the store is to go: it was deleted, and is not retained, or there is nothing to
/// retain.
bool is_torn_down(const Observed& observed);

/// Whether the cluster shows that a step of the create is done. Shared with summarize().
bool step_done(const Observed& observed, StepName step);

/// Whether the store has its place in its team's quota, for the plan that it wants. A process that has just
/// started trusts what the status says.
bool admitted(const Observed& observed);

/// Pods of a StatefulSet that were made from an old revision and never became ready. Kubernetes keeps them
/// for ever, also when the new revision would work (known issue "forced rollback" of StatefulSets).
std::vector<PodView> stuck_pods(const Observed& observed);

/// The pod that the in-pod endpoint can be reached at, ready or not; nullptr where there is none.
const PodView* site_pod(const Observed& observed);

/// Its UID; empty where there is none.
std::string site_pod_uid(const Observed& observed);

/// Host claims of the store to give back: those that it no longer wants, in a teardown all of them.
std::vector<ObservedHost> claims_to_release(const Observed& observed);

/// When the store is to be deleted by itself. One whose data is to be retained never is.
std::optional<TimePoint> expiry(const Store& store);

/// How long a step may take before it counts as a problem.
std::chrono::seconds step_deadline(StepName step);

/// The pause before an action is tried again after `failures` failures in a row.
std::chrono::milliseconds retry_pause(ActionKind kind, int failures);

/// Steps of a create and of a delete, in their order.
const std::vector<StepName>& create_steps();
const std::vector<StepName>& teardown_steps();

namespace decision {

/// The action, or the wait that its last try asks for: a pause after a failure, or, after a success that the
/// watch does not show yet, a moment for it to appear.
std::variant<Action, Waiting, Settled, Blocked> attempt(const Observed& observed, ActionKind kind,
                                                        TimePoint now);

/// The teardown half of decide().
Decision decide_teardown(const Observed& observed, TimePoint now);

}  // namespace decision

}  // namespace storefleet
