#include "engines/objects.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

/// Of the kinds that the operator applies.
constexpr std::array kApplied = {k8s::kResourceQuota, k8s::kLimitRange, k8s::kNetworkPolicy, k8s::kIngress,
                                 k8s::kRoleBinding};

const k8s::Resource* resource_of(std::string_view kind) {
  const auto* found = std::ranges::find(kApplied, kind, &k8s::Resource::kind);
  return found == kApplied.end() ? nullptr : found;
}

Task<void> apply_one(Tools tools, k8s::Resource resource, k8s::ObjectName name, json::object object,
                     Result<void>* result) {
  const auto applied = co_await tools.client.apply(resource, std::move(name), std::move(object));
  *result = without_value(applied);
}

/// Side by side.
Task<Result<void>> apply_all(Tools tools, const std::vector<engines::DesiredObject>& objects,
                             std::string ns) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<Result<void>> results(objects.size());
  TaskScope scope(executor);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto& [kind, name, hash, object] = objects[i];
    const auto* resource = resource_of(kind);
    if (resource == nullptr) {
      results[i] = fail(ErrorCode::kInternal, fmt::format("the operator applies no {}", kind));
      continue;
    }
    scope.spawn("apply", apply_one(tools, *resource, {.ns = ns, .name = name}, object, &results[i]));
  }
  co_await scope.join();
  for (auto& result : results)
    if (!result) co_return result;
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> apply_bindings(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  co_return co_await apply_all(tools, observed.desired.bindings, observed.identity.store_namespace);
}

Task<Result<void>> apply_policies(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  co_return co_await apply_all(tools, observed.desired.policies, observed.identity.store_namespace);
}

Task<Result<void>> apply_ingress(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  const std::vector<engines::DesiredObject> objects{observed.desired.ingress};
  co_return co_await apply_all(tools, objects, observed.identity.store_namespace);
}

Task<Result<void>> delete_ingresses(Tools tools, const Observed& observed, StoreMemory& memory) {
  for (const auto& ingress : observed.ingresses) {
    if (is_torn_down(observed)) note_removed(memory, "Ingress", ingress.name);
    const auto result = co_await remove(
        tools, k8s::kIngress, {.ns = observed.identity.store_namespace, .name = ingress.name}, ingress.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
