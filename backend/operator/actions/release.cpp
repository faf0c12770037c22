#include "engines/objects.hpp"
#include "operator/actions/actions.hpp"

namespace storefleet::store_operator {

Task<Result<void>> install_release(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  const auto& ns = observed.identity.store_namespace;
  const auto installed = co_await tools.releases.install(ns, observed.engine.chart, observed.desired.values);
  if (!installed) co_return std::unexpected(installed.error());
  json::object patch{{"metadata",
                      {{"uid", observed.ns->uid},
                       {"annotations", {{engines::kReleaseAnnotation, observed.desired.release_hash}}}}}};
  const auto noted = co_await tools.client.merge_patch(k8s::kNamespace, {.name = ns}, std::move(patch));
  co_return without_value(noted);
}

Task<Result<void>> repair_release(Tools tools, const Observed& observed, StoreMemory& /*memory*/) {
  const auto repaired = co_await tools.releases.repair(observed.identity.store_namespace,
                                                       observed.engine.chart, observed.desired.values);
  if (!repaired) co_return std::unexpected(repaired.error());
  co_return Result<void>{};
}

Task<Result<void>> uninstall_release(Tools tools, const Observed& observed, StoreMemory& memory) {
  note_volumes(observed, memory);  // those that belong to the release go with it
  for (const auto& view : observed.deployments) note_removed(memory, "Deployment", view.name);
  for (const auto& view : observed.stateful_sets) note_removed(memory, "StatefulSet", view.name);
  for (const auto& pod : observed.pods) note_removed(memory, "Pod", pod.name);
  auto result = co_await tools.releases.uninstall(observed.identity.store_namespace);
  if (result) {
    memory.uninstalled = true;
    note_removed(memory, "Release", std::string(engines::kReleaseName));
  }
  co_return result;
}

}  // namespace storefleet::store_operator
