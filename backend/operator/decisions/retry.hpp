#pragma once
#include <optional>

#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// When somebody last asked to try this store again, where the annotation holds a time. Deadlines of steps
/// count from then on.
std::optional<TimePoint> retry_asked_at(const Store& store);

/// Forgets the failures of a store where its spec has changed: what failed was another wish, and the new one
/// is tried at once.
void take_generation(const Store& store, StoreMemory& memory);

/// Forgets the failures of a store, and so the pauses after them, where its retry annotation has another
/// value than the one that was taken last; says whether it did. Any text counts, since people type it.
bool take_retry_request(const Store& store, StoreMemory& memory);

}  // namespace storefleet::store_operator
