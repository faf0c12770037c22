#include <fmt/format.h>

#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

/// Asks the API server itself, not the caches: the last look before the store is forgotten. The operator's
/// rights inside the namespace are gone with it. Lists of the whole cluster, by a label that anybody can
/// give, cost more than they tell, and let a stranger's object hold up a deletion for ever.
Task<Result<void>> verify_gone(Tools tools, Observed& observed) {
  const auto& ns = observed.identity.store_namespace;
  const auto left = co_await tools.client.get(k8s::kNamespace, {.name = ns});
  if (left) co_return fail(ErrorCode::kUnavailable, fmt::format("namespace {} is still there", ns));
  if (left.error().code != ErrorCode::kNotFound) co_return std::unexpected(left.error());
  // With the namespace everything in it is gone; volumes lie outside.
  for (const auto& name : array_at(observed.memory.removed, {"PersistentVolume"})) {
    const auto volume = co_await tools.client.get(k8s::kPersistentVolume, {.name = to_std(name.as_string())});
    if (volume)
      co_return fail(ErrorCode::kUnavailable,
                     fmt::format("PersistentVolume {} is still there", k8s::meta_name(*volume)));
    if (volume.error().code != ErrorCode::kNotFound) co_return std::unexpected(volume.error());
  }
  // A cache that is behind does not show every claim, and one that is left would keep its host for ever.
  for (const auto& host : observed.identity.hosts) {
    const auto claim = co_await tools.client.get(k8s::kHostClaim, {.name = host});
    if (!claim && claim.error().code != ErrorCode::kNotFound) co_return std::unexpected(claim.error());
    if (!claim || string_or(*claim, {"spec", "storeUid"}) != observed.store.uid) continue;
    const auto released =
        co_await remove(tools, k8s::kHostClaim, {.name = host}, std::string(k8s::meta_uid(*claim)));
    if (!released) co_return released;
  }
  observed.memory.verified_gone = true;
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
