#include "engines/objects.hpp"
#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

Task<Result<void>> create_namespace(Tools tools, Observed& observed) {
  const auto known = co_await still_there(tools, observed.store);
  if (!known) co_return known;
  auto object = engines::namespace_object(observed.store, observed.identity);
  const auto result = co_await tools.client.create(k8s::kNamespace, "", std::move(object));
  co_return created(result);
}

/// Gives the namespace its labels back, and takes those away that weaken it, such as an old version of Pod
/// Security.
Task<Result<void>> label_namespace(Tools tools, Observed& observed) {
  const auto wanted = engines::namespace_object(observed.store, observed.identity);
  json::object labels;
  for (const auto& label : engines::mark_labels()) labels[label] = nullptr;
  for (const auto& [key, value] : object_at(wanted, {"metadata", "labels"})) labels[key] = value;
  json::object patch{{"metadata",
                      {{"uid", observed.ns->uid},
                       {"labels", std::move(labels)},
                       {"annotations", object_at(wanted, {"metadata", "annotations"})}}}};
  const auto labelled = co_await tools.client.merge_patch(
      k8s::kNamespace, {.name = observed.identity.store_namespace}, std::move(patch));
  co_return without_value(labelled);
}

Task<Result<void>> delete_namespace(Tools tools, Observed& observed) {
  note_removed(observed.memory, "Namespace", observed.ns->name);
  co_return co_await remove(tools, k8s::kNamespace, {.name = observed.ns->name}, observed.ns->uid);
}

}  // namespace storefleet::store_operator
