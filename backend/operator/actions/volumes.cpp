#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

Task<Result<void>> delete_volumes(Tools tools, Observed& observed) {
  note_volumes(observed);
  for (const auto& claim : observed.volume_claims) {
    if (claim.deleting) continue;
    const auto result =
        co_await remove(tools, k8s::kPersistentVolumeClaim,
                        {.ns = observed.identity.store_namespace, .name = claim.name}, claim.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
