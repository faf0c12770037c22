#pragma once
#include <chrono>
#include <span>
#include <string_view>

#include "operator/decisions/decision.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// All that is particular to one step of a store's making. Its time and its outcome are in the status.
struct MakingStep {
  StepName name = StepName::kHosts;
  /// In words, as in docs/life-of-a-store.md; a test compares them.
  std::string_view done_when;
  bool (*done)(const Observed&) = nullptr;
  /// How long it may take before that is a problem, and which.
  std::chrono::seconds deadline{60};
  StoreProblem (*late)(const Observed&, const MakingStep&) = nullptr;
  /// Whether it says something of pods that run: a store that sleeps leaves it out.
  bool needs_pods = false;
};

/// In their order.
std::span<const MakingStep> making_steps();
const MakingStep& making_step(StepName name);

/// One step of a teardown: done once a later one runs.
struct TeardownStep {
  StepName name = StepName::kStopRouting;
  std::chrono::seconds deadline{60};
};
std::span<const TeardownStep> teardown_steps();
const TeardownStep& teardown_step(StepName name);

/// Whether the cluster shows that a step of the making is done.
bool step_done(const Observed& observed, StepName step);

/// The first step that is not done. A sleeping store is looked at only up to its release.
StepName first_open_step(const Observed& observed);

/// A line about every pod, for messages.
std::string pods_summary(const Observed& observed);

}  // namespace storefleet::store_operator
