#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

/// The engine's probe, without what needs sample products where the store has none.
std::vector<engines::ProbeStep> probe_of(const Observed& observed) {
  std::vector<engines::ProbeStep> steps;
  for (const auto& step : observed.engine.probe)
    if (observed.store.spec.sample_data || !step.needs_sample_data) steps.push_back(step);
  return steps;
}

}  // namespace

Task<Result<void>> probe_route(Tools tools, Observed& observed) {
  auto answered = co_await tools.prober.check_route(observed.identity.url);
  if (answered) observed.memory.route_answered_by = site_pod_uid(observed);
  co_return answered;
}

Task<Result<void>> probe_commerce(Tools tools, Observed& observed) {
  const auto report = co_await tools.prober.run(observed.identity.url, probe_of(observed), {}, {});
  const auto* failed = report.first_failure();
  observed.memory.commerce_passed = failed == nullptr;
  if (failed != nullptr) co_return fail(ErrorCode::kUnavailable, failed->message);
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
