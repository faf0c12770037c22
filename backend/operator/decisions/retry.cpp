#include "operator/decisions/retry.hpp"

namespace storefleet::store_operator {
std::optional<TimePoint> retry_asked_at(const Store& store) {
  return parse_time(asked_at(store, StoreRequest::kRetry));
}

namespace {

void forget_failures(StoreMemory& memory) {
  std::erase_if(memory.attempts, [](const auto& entry) { return entry.second.failures > 0; });
}

}  // namespace

void take_generation(const Store& store, StoreMemory& memory) {
  if (memory.generation != 0 && memory.generation != store.generation) forget_failures(memory);
  memory.generation = store.generation;
}

bool take_retry_request(const Store& store, StoreMemory& memory) {
  auto asked = asked_at(store, StoreRequest::kRetry);
  if (asked == memory.retry_taken) return false;
  memory.retry_taken = std::move(asked);
  if (memory.retry_taken.empty()) return false;
  forget_failures(memory);
  return true;
}

}  // namespace storefleet::store_operator
