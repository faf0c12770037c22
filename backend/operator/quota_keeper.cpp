#include "operator/quota_keeper.hpp"

#include <algorithm>

#include "base/every.hpp"
#include "base/log.hpp"
#include "operator/watch/observe.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 1min;

bool was_admitted(const Store& store) {
  return std::ranges::any_of(store.status.conditions, [](const Condition& condition) {
    return condition.type == kAdmittedCondition && condition.status;
  });
}

}  // namespace

Task<void> QuotaKeeper::rebuild() {
  std::vector<QuotaClaim> claims;
  caches_.stores.for_each([&](const k8s::ObjectName&, const Store& store) {
    if (was_admitted(store) || !caches_.namespaces.by_index(store.uid).empty())
      claims.push_back(quota_claim(store, catalogue_));
  });
  const auto rebuilt = co_await ledger_.rebuild(std::move(claims));
  if (!rebuilt) log_warning("the quota ledger could not be rebuilt", {{"error", rebuilt.error().message}});
}

Task<void> QuotaKeeper::run() {
  return every(kInterval, kInterval, [this] { return rebuild(); });
}

}  // namespace storefleet::store_operator
