#include "domain/step.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kStepNames = enum_names<StepName>({
    {StepName::kHosts, "hosts"},
    {StepName::kNamespace, "namespace"},
    {StepName::kPolicies, "policies"},
    {StepName::kSecrets, "secrets"},
    {StepName::kRelease, "release"},
    {StepName::kDatabase, "database"},
    {StepName::kApplication, "application"},
    {StepName::kSite, "site"},
    {StepName::kRoute, "route"},
    {StepName::kCommerce, "commerce"},
    {StepName::kStopRouting, "stop-routing"},
    {StepName::kUninstall, "uninstall"},
    {StepName::kDeleteVolumes, "delete-volumes"},
    {StepName::kDeleteNamespace, "delete-namespace"},
    {StepName::kVerifyGone, "verify-gone"},
});
constexpr auto kSteps = kStepNames.values();

constexpr auto kStateNames = enum_names<StepState>({
    {StepState::kPending, "Pending"},
    {StepState::kRunning, "Running"},
    {StepState::kDone, "Done"},
    {StepState::kFailed, "Failed"},
    {StepState::kSkipped, "Skipped"},
});

}  // namespace

std::string_view to_string(StepName name) {
  return kStepNames.name_of(name);
}
std::optional<StepName> parse_step_name(std::string_view text) {
  return kStepNames.value_of(text);
}
std::string_view to_string(StepState state) {
  return kStateNames.name_of(state);
}
std::optional<StepState> parse_step_state(std::string_view text) {
  return kStateNames.value_of(text);
}

std::span<const StepName> step_names() {
  return kSteps;
}

const Step* find_step(const std::vector<Step>& steps, StepName name) {
  for (const auto& step : steps)
    if (step.name == name) return &step;
  return nullptr;
}

}  // namespace storefleet::inline domain
