#include "engines/objects.hpp"
#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {

namespace {

releases::VolumeClaims claims_of(const Observed& observed) {
  releases::VolumeClaims claims;
  for (const auto& claim : observed.volume_claims) claims[claim.name] = claim.uid;
  return claims;
}

releases::WantedRelease wanted_release(const Observed& observed) {
  return {.store_namespace = observed.identity.store_namespace,
          .chart = observed.engine.chart,
          .values = observed.desired.values,
          .digest = observed.desired.release_hash,
          .claims = claims_of(observed)};
}

}  // namespace

Task<Result<void>> install_release(Tools tools, Observed& observed) {
  co_return co_await tools.releases.install(wanted_release(observed));
}

Task<Result<void>> repair_release(Tools tools, Observed& observed) {
  // What the platform wants now has to wait: what is deployed is put back.
  if (is_held(observed))
    co_return co_await tools.releases.restore(observed.identity.store_namespace, claims_of(observed));
  co_return co_await tools.releases.repair(wanted_release(observed));
}

Task<Result<void>> uninstall_release(Tools tools, Observed& observed) {
  note_volumes(observed);  // those that belong to the release go with it
  for (const auto& view : observed.deployments) note_removed(observed.memory, "Deployment", view.name);
  for (const auto& view : observed.stateful_sets) note_removed(observed.memory, "StatefulSet", view.name);
  for (const auto& pod : observed.pods) note_removed(observed.memory, "Pod", pod.name);
  auto result = co_await tools.releases.uninstall(observed.identity.store_namespace);
  if (result) {
    observed.memory.uninstalled = true;
    note_removed(observed.memory, "Release", std::string(engines::kReleaseName));
  }
  co_return result;
}

}  // namespace storefleet::store_operator
