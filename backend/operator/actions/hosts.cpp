#include "engines/objects.hpp"
#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {

Task<Result<void>> claim_hosts(Tools tools, Observed& observed) {
  const auto known = co_await still_there(tools, observed.store);
  if (!known) co_return known;
  for (const auto& host : observed.hosts) {
    if (host.claim) continue;
    auto object = engines::host_claim_object(observed.store, observed.identity, host.host);
    const auto result = co_await tools.client.create(k8s::kHostClaim, "", std::move(object));
    // Who lost a race for the name sees the other's claim in the cache next time.
    const auto claimed = created(result);
    if (!claimed) co_return claimed;
  }
  co_return Result<void>{};
}

Task<Result<void>> release_hosts(Tools tools, Observed& observed) {
  for (const auto& host : claims_to_release(observed)) {
    const auto result = co_await remove(tools, k8s::kHostClaim, {.name = host.host}, host.claim->uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
