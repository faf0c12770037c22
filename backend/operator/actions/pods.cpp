#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {

Task<Result<void>> replace_pods(Tools tools, Observed& observed) {
  for (const auto& pod : stuck_pods(observed)) {
    const auto result = co_await remove(tools, k8s::kPod,
                                        {.ns = observed.identity.store_namespace, .name = pod.name}, pod.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
