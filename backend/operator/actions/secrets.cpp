#include "engines/objects.hpp"
#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

Task<Result<void>> ensure_secrets(Tools tools, const Observed& observed, StoreMemory& memory) {
  const auto& ns = observed.identity.store_namespace;
  auto secrets = engines::secrets_object(observed.identity, observed.engine);
  const auto first = co_await tools.client.create(k8s::kSecret, ns, std::move(secrets));
  if (const auto result = created(first); !result) co_return result;
  auto admin = engines::admin_secret_object(observed.identity, observed.engine);
  const auto second = co_await tools.client.create(k8s::kSecret, ns, std::move(admin));
  if (const auto result = created(second); !result) co_return result;
  memory.secrets_ensured = true;
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
