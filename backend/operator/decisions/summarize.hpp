#pragma once
#include <string_view>
#include <vector>

#include "domain/event.hpp"
#include "domain/store.hpp"
#include "operator/decisions/decision.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// The status that the observed state amounts to; the only writer of `status`. `previous` is the last status
/// that this process or, after a restart, the resource had: step and failure times come from it. Pure.
StoreStatus summarize(const Observed& observed, const Decision& decision, const StoreStatus& previous,
                      TimePoint now);

/// What the change from one status to the next adds to the store's history.
std::vector<StoreEvent> status_events(const Store& store, const StoreStatus& before, const StoreStatus& after,
                                      TimePoint now);

/// The condition of that type, or nullptr.
const Condition* find_condition(const StoreStatus& status, std::string_view type);

/// Whether nothing but a change by the one who asked for the store ends this. What the cluster's operator has
/// to mend is not meant: it makes provisioning slow.
bool waits_for_person(FailureCode code);

}  // namespace storefleet::store_operator
