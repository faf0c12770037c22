#include "engines/objects.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engines/settled.hpp"
#include "k8s/set_fields.hpp"
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

/// The managedFields in which the platform owns all that anybody set, but for other people's labels and
/// annotations and the status: the next apply then removes what it does not have.
json::array all_our_own(const json::value& object) {
  json::object all;
  json::array rest;
  for (const auto& entry : array_at(object, {"metadata", "managedFields"})) {
    json::object left;
    const bool ours = string_or(entry, {"manager"}) == k8s::kFieldManager;
    for (const auto& [key, below] : object_at(entry, {"fieldsV1"})) {
      const bool others = key == "f:status" || (key == "f:metadata" && !ours);
      if (others)
        left[key] = below;
      else
        k8s::merge_fields(all, {{key, below}});
    }
    if (left.empty()) continue;
    auto kept = entry.as_object();
    kept["fieldsV1"] = std::move(left);
    rest.push_back(std::move(kept));
  }
  rest.insert(rest.begin(), json::object{{"manager", k8s::kFieldManager},
                                         {"operation", "Apply"},
                                         {"apiVersion", string_or(object, {"apiVersion"})},
                                         {"fieldsType", "FieldsV1"},
                                         {"fieldsV1", std::move(all)}});
  return rest;
}

bool is_as_it_should_be(const json::value& stored, const engines::DesiredObject& desired) {
  const auto set = k8s::set_fields(stored, k8s::kFieldManager);
  return engines::settled_fingerprint(desired.kind, set) == desired.fingerprint;
}

/// Readies an object for the next apply to remove what others set of it. An Ingress whose class is the
/// cluster's to choose gets one only when it is made: it goes.
Task<Result<void>> clear(Tools tools, k8s::Resource resource, k8s::ObjectName name, const json::value& known,
                         const engines::DesiredObject& desired) {
  if (desired.kind == "Ingress" && find_at(desired.object, {"spec", "ingressClassName"}) == nullptr)
    co_return co_await remove(tools, resource, std::move(name), std::string(k8s::meta_uid(known)));
  json::object patch{
      {"metadata",
       {{"resourceVersion", k8s::meta_resource_version(known)}, {"managedFields", all_our_own(known)}}}};
  const auto taken = co_await tools.client.merge_patch(resource, std::move(name), std::move(patch));
  co_return without_value(taken);
}

/// Applies the object. What others added to it stays then: it is taken over, and the object applied again.
Task<Result<void>> apply_whole(Tools tools, k8s::Resource resource, k8s::ObjectName name,
                               engines::DesiredObject desired) {
  auto applied = co_await tools.client.apply(resource, name, desired.object);
  if (!applied || is_as_it_should_be(*applied, desired)) co_return without_value(applied);
  const auto cleared = co_await clear(tools, resource, name, *applied, desired);
  if (!cleared) co_return cleared;
  applied = co_await tools.client.apply(resource, name, desired.object);
  if (!applied || is_as_it_should_be(*applied, desired)) co_return without_value(applied);
  co_return fail(ErrorCode::kInternal, fmt::format("the API server keeps {} {} otherwise than it was written",
                                                   desired.kind, desired.name));
}

Task<void> apply_one(Tools tools, k8s::Resource resource, k8s::ObjectName name,
                     engines::DesiredObject desired, Result<void>* result) {
  *result = co_await apply_whole(tools, resource, std::move(name), std::move(desired));
}

/// Side by side.
Task<Result<void>> apply_all(Tools tools, const std::vector<engines::DesiredObject>& objects,
                             std::string ns) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<Result<void>> results(objects.size());
  TaskScope scope(executor);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto& desired = objects[i];
    const auto* resource = resource_of(desired.kind);
    if (resource == nullptr) {
      results[i] = fail(ErrorCode::kInternal, fmt::format("the operator applies no {}", desired.kind));
      continue;
    }
    scope.spawn("apply", apply_one(tools, *resource, {.ns = ns, .name = desired.name}, desired, &results[i]));
  }
  co_await scope.join();
  for (auto& result : results)
    if (!result) co_return result;
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> apply_bindings(Tools tools, Observed& observed) {
  co_return co_await apply_all(tools, observed.desired.bindings, observed.identity.store_namespace);
}

Task<Result<void>> apply_policies(Tools tools, Observed& observed) {
  co_return co_await apply_all(tools, observed.desired.policies, observed.identity.store_namespace);
}

Task<Result<void>> apply_ingress(Tools tools, Observed& observed) {
  const std::vector<engines::DesiredObject> objects{observed.desired.ingress};
  co_return co_await apply_all(tools, objects, observed.identity.store_namespace);
}

Task<Result<void>> delete_ingresses(Tools tools, Observed& observed) {
  for (const auto& ingress : observed.ingresses) {
    if (is_torn_down(observed)) note_removed(observed.memory, "Ingress", ingress.name);
    const auto result = co_await remove(
        tools, k8s::kIngress, {.ns = observed.identity.store_namespace, .name = ingress.name}, ingress.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
