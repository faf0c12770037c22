#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {
namespace {

/// A store that was retained goes long after its deletion was asked for.
TimePoint teardown_began(const Store& store) {
  const auto* first = find_step(store.status.steps, StepName::kStopRouting);
  return first != nullptr && first->started_at ? *first->started_at : *store.deletion_requested_at;
}

}  // namespace

Task<Result<void>> save_receipt(Tools tools, Observed& observed) {
  TeardownReceipt receipt{.store_uid = observed.store.uid,
                          .store_name = observed.store.name,
                          .team = observed.store.spec.team,
                          .started_at = teardown_began(observed.store),
                          .finished_at = std::chrono::system_clock::now(),
                          .removed = observed.memory.removed};
  auto result = co_await tools.history.save_receipt(std::move(receipt), tools.epoch);
  observed.memory.receipt_saved = result.has_value();
  co_return result;
}

}  // namespace storefleet::store_operator
