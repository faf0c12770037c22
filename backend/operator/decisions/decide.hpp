#pragma once
#include "operator/decisions/decision.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// The next thing to do for a store: what the first rule of rules.hpp says that holds. Pure.
Decision decide(const Observed& observed, TimePoint now);

}  // namespace storefleet::store_operator
