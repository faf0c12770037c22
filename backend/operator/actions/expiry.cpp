#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

/// Only where the store has not changed since it was observed: its time may have been moved.
Task<Result<void>> expire(Tools tools, Observed& observed) {
  co_return co_await remove(tools, k8s::kStore, {.name = observed.store.name}, observed.store.uid,
                            observed.store.resource_version);
}

}  // namespace storefleet::store_operator
