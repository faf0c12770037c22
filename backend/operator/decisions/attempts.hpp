#pragma once
#include <chrono>

#include "operator/decisions/decision.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// The action, or the wait that its last try asks for: a pause after a failure, or, after a success that the
/// watch does not show yet, a moment for it to appear. Pure.
Next attempt(const Observed& observed, ActionKind kind, TimePoint now);

/// The pause before an action is tried again after `failures` failures in a row.
std::chrono::milliseconds retry_pause(ActionKind kind, int failures);

/// What is left of a pause that began at `since`; nothing where the clock has been set back since then, so
/// that no pause becomes as long as the clock was wrong.
std::chrono::milliseconds left_of(TimePoint since, std::chrono::milliseconds pause, TimePoint now);

}  // namespace storefleet::store_operator
