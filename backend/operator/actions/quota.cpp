#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {
namespace {

/// The place in its team's quota that the store's creator reserved; empty where it came without one.
std::string reservation_of(const Store& store) {
  const auto found = store.annotations.find(std::string(kReservationAnnotation));
  return found == store.annotations.end() ? std::string() : found->second;
}

}  // namespace

Task<Result<void>> admit(Tools tools, Observed& observed) {
  auto taken = co_await tools.ledger.admit(observed.quota_claim, reservation_of(observed.store));
  if (!taken && goes_without_ledger(observed.quota_claim.team, taken.error())) taken = Result<void>{};
  if (taken) observed.memory.admitted = observed.quota_claim;
  co_return taken;
}

Task<Result<void>> release_quota(Tools tools, Observed& observed) {
  auto result = co_await tools.ledger.release(observed.store.uid);
  // A store that was never admitted still has only what its creator reserved.
  if (const auto reservation = reservation_of(observed.store); result && !reservation.empty())
    result = co_await tools.ledger.cancel(reservation);
  observed.memory.quota_released = result.has_value();
  co_return result;
}

}  // namespace storefleet::store_operator
