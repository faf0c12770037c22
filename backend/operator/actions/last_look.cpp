#include <array>

#include <fmt/format.h>

#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

/// Asks the API server itself, not the caches: the last look before the store is forgotten. The operator's
/// rights inside the namespace are gone with it, so these are reads across namespaces.
Task<Result<void>> verify_gone(Tools tools, const Observed& observed, StoreMemory& memory) {
  const auto& ns = observed.identity.store_namespace;
  const auto left = co_await tools.client.get(k8s::kNamespace, {.name = ns});
  if (left) co_return fail(ErrorCode::kUnavailable, fmt::format("namespace {} is still there", ns));
  if (left.error().code != ErrorCode::kNotFound) co_return std::unexpected(left.error());
  const k8s::ListOptions labelled{.label_selector =
                                      fmt::format("{}={}", engines::kStoreIdLabel, observed.identity.id)};
  static constexpr std::array kKinds = {k8s::kPod, k8s::kPersistentVolumeClaim, k8s::kPersistentVolume,
                                        k8s::kIngress, k8s::kService};
  for (const auto& kind : kKinds) {
    const auto found = co_await tools.client.list(kind, "", labelled);
    if (!found) co_return std::unexpected(found.error());
    if (const auto& items = array_at(*found, {"items"}); !items.empty()) {
      co_return fail(ErrorCode::kUnavailable,
                     fmt::format("{} {} is still there", kind.kind, k8s::meta_name(items.front())));
    }
  }
  // A cache that is behind does not show every claim, and one that is left would keep its host for ever.
  const auto claims = co_await tools.client.list(k8s::kHostClaim, "", labelled);
  if (!claims) co_return std::unexpected(claims.error());
  for (const auto& claim : array_at(*claims, {"items"})) {
    const auto released =
        co_await remove(tools, k8s::kHostClaim, {.name = std::string(k8s::meta_name(claim))},
                        std::string(k8s::meta_uid(claim)));
    if (!released) co_return released;
  }
  memory.verified_gone = true;
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
