#include "engines/objects.hpp"
#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

Task<Result<void>> create_namespace(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  auto object = engines::namespace_object(observed.store, observed.identity);
  const auto result = co_await tools.client.create(k8s::kNamespace, "", std::move(object));
  co_return created(result);
}

Task<Result<void>> delete_namespace(Tools tools, const Observed& observed, StoreMemory& memory) {
  note_removed(memory, "Namespace", observed.ns->name);
  co_return co_await remove(tools, k8s::kNamespace, {.name = observed.ns->name}, observed.ns->uid);
}

}  // namespace storefleet::store_operator
