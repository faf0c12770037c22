#pragma once
#include <chrono>
#include <optional>

#include "operator/decisions/decision.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// What is wrong with a store whose step `step` is not done: at once where the cluster is sure (an image that
/// cannot be pulled, a pod that crashes or cannot be scheduled), else when the step's deadline has passed.
/// Nothing while waiting is normal. Pure.
std::optional<StoreProblem> diagnose(const Observed& observed, StepName step, TimePoint now);
/// Pods that do not end although the release of a store that is to sleep asks for none.
std::optional<StoreProblem> diagnose_sleeping(const Observed& observed, TimePoint now);
std::optional<StoreProblem> diagnose_teardown(const Observed& observed, StepName step, TimePoint now);

/// How long a step has been running, as far as the status tells, or since somebody asked to try again.
std::chrono::milliseconds waited_for(const Observed& observed, StepName step, TimePoint now);

/// Whether the last log lines of a crashed container are worth reading and not known yet.
bool wants_log(const Observed& observed);

/// The pod whose container crashed, or nullptr; and the key that its log is remembered under.
const PodView* crashed_pod(const Observed& observed);
std::string evidence_key(const PodView& pod);

}  // namespace storefleet::store_operator
