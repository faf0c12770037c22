#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {

/// Only where the store has not changed since it was read: its time may have been moved.
Task<Result<void>> expire(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  const auto& store = observed.store;
  auto result = co_await remove(tools, k8s::kStore, {.name = store.name}, store.uid, store.resource_version);
  if (result || result.error().code != ErrorCode::kConflict) co_return result;
  // Perhaps only by the status that was written just now.
  const auto now = co_await read_again(tools, store);
  if (!now && now.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  if (!now) co_return std::unexpected(now.error());
  if (expiry(*now) != expiry(store)) co_return result;
  co_return co_await remove(tools, k8s::kStore, {.name = now->name}, now->uid, now->resource_version);
}

}  // namespace storefleet::store_operator
