#pragma once
#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "operator/decisions/decision.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// What a rule looks at.
struct Situation {
  const Observed& seen;
  const Store& store;
  TimePoint now;
};

/// Nothing to do until the cluster changes, at the latest so long.
struct Wait {
  std::string_view why;
  std::chrono::milliseconds at_most;
};

/// One line of the order in which things are done for a store.
struct Rule {
  /// When it holds, in words, as in docs/life-of-a-store.md; a test compares them.
  std::string_view when;
  bool (*holds)(const Situation&) = nullptr;
  /// What is next: an action, a wait, nothing at all, or what a function says.
  std::variant<ActionKind, Wait, Settled, Blocked, Next (*)(const Situation&)> then;
  /// What keeps the store from being Ready then.
  std::optional<StoreProblem> (*problem)(const Situation&, StepName) = nullptr;
  /// The step that this belongs to; nothing: the first that is not done.
  std::optional<StepName> step = std::nullopt;
};

/// The first that holds decides; the last always does.
std::span<const Rule> making_rules();
std::span<const Rule> teardown_rules();

}  // namespace storefleet::store_operator
