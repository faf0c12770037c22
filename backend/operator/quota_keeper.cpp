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

/// Whether the store holds a place, also where a change of it is refused at this moment: only for what was
/// admitted hosts are claimed and a namespace is made.
bool has_place(const ClusterCaches& caches, const Store& store) {
  return was_admitted(store) || !caches.host_claims.by_index(store.uid).empty() ||
         caches.namespace_of(store) != nullptr;
}

}  // namespace

Task<void> QuotaKeeper::rebuild() {
  std::vector<QuotaClaim> claims;
  caches_.stores.for_each([&](const k8s::ObjectName&, const Store& store) {
    if (has_place(caches_, store)) claims.push_back(quota_claim(store, catalogue_));
  });
  const auto rebuilt = co_await ledger_.rebuild(std::move(claims));
  if (!rebuilt) log_warning("the quota ledger could not be rebuilt", {{"error", rebuilt.error().message}});
}

Task<void> QuotaKeeper::run() {
  return every(kInterval, kInterval, [this] { return rebuild(); });
}

}  // namespace storefleet::store_operator
