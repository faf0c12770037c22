#include "operator/decisions/steps.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// What went wrong last in a step that one action serves.
std::string last_error(const Observed& observed, ActionKind kind) {
  const auto* attempt = failed_attempt(observed, kind);
  return attempt == nullptr ? "" : " " + attempt->error->message;
}

/// Whether the status says that the step was done, of a store that was Ready.
bool was_done(const Observed& observed, StepName step) {
  const auto* known = find_step(observed.store.status.steps, step);
  return observed.store.status.ready_seconds.has_value() && known != nullptr &&
         known->state == StepState::kDone;
}

bool hosts_claimed(const Observed& observed) {
  return std::ranges::all_of(observed.hosts, [&](const ObservedHost& host) {
    return host.claim && host.claim->store_uid == observed.store.uid;
  });
}

bool namespace_bound(const Observed& observed) {
  return observed.ns && !observed.ns->terminating && observed.ns->marks == observed.desired.marks &&
         std::ranges::all_of(observed.desired.bindings,
                             [&](const auto& desired) { return matches(observed.bindings, desired); });
}

bool policies_filled(const Observed& observed) {
  return policies_exist(observed) && std::ranges::any_of(observed.quotas, &OwnedView::quota_filled);
}

bool released(const Observed& observed) {
  return is_recorded(observed) && release_is_whole(observed);
}

bool database_ready(const Observed& observed) {
  return workloads_ready(observed, StepName::kDatabase);
}

bool application_ready(const Observed& observed) {
  return workloads_ready(observed, StepName::kApplication);
}

bool site_served(const Observed& observed) {
  return matches(observed.ingresses, observed.desired.ingress);
}

/// A new web pod is only reached once the ingress controller knows it: its route is probed again. A process
/// that has just started trusts what the status says.
bool route_answered(const Observed& observed) {
  if (!cut_off(observed).empty()) return false;
  const auto& answered_by = observed.memory.route_answered_by;
  if (answered_by.empty()) return was_done(observed, StepName::kRoute);
  const auto* pod = site_pod(observed);
  return pod == nullptr || pod->uid == answered_by;
}

bool commerce_checked(const Observed& observed) {
  return observed.memory.commerce_passed || was_done(observed, StepName::kCommerce);
}

StoreProblem takes_long(const Observed&, const MakingStep& step) {
  return {FailureCode::kDeadlineExceeded,
          fmt::format("Step {} takes longer than {} s.", to_string(step.name), step.deadline.count())};
}

StoreProblem late_policies(const Observed& observed, const MakingStep&) {
  return {FailureCode::kDeadlineExceeded,
          "Quota and policies are not in place." + last_error(observed, ActionKind::kApplyPolicies)};
}

StoreProblem late_database(const Observed& observed, const MakingStep&) {
  if (!volumes_bound(observed)) return {FailureCode::kVolumeNotBound, "A volume claim is not bound."};
  return {FailureCode::kDatabaseNotReady, "The database did not become ready." + pods_summary(observed)};
}

StoreProblem late_application(const Observed& observed, const MakingStep&) {
  return {FailureCode::kApplicationNotReady,
          "The application did not become ready." + pods_summary(observed)};
}

StoreProblem late_site(const Observed& observed, const MakingStep&) {
  return {FailureCode::kApplicationNotReady,
          "The store's settings could not be applied." + last_error(observed, ActionKind::kConfigureSite)};
}

StoreProblem late_route(const Observed& observed, const MakingStep&) {
  return {FailureCode::kRouteNotServing,
          fmt::format("{} does not answer through the ingress.{}", observed.identity.url,
                      last_error(observed, ActionKind::kProbeRoute))};
}

StoreProblem late_commerce(const Observed& observed, const MakingStep&) {
  return {FailureCode::kCommerceCheckFailed,
          "The store cannot sell yet." + last_error(observed, ActionKind::kProbeCommerce)};
}

constexpr bool kNeedsPods = true;

// clang-format off
constexpr auto kMakingSteps = std::to_array<MakingStep>({
    {StepName::kHosts, "every host that the store may have (`domain/hosts.hpp`) has a `HostClaim` with this UID",
     hosts_claimed, 60s, takes_long},
    {StepName::kNamespace, "it exists with the labels of a store's, and both RoleBindings are as they should be",
     namespace_bound, 60s, takes_long},
    {StepName::kPolicies, "ResourceQuota, LimitRange, NetworkPolicies are as they should be and the quota is filled in",
     policies_filled, 60s, late_policies},
    {StepName::kSecrets, "all three are there, and say what they said when they were written",
     secrets_are_whole, 60s, takes_long},
    {StepName::kRelease, "Helm's record says that this chart with these values is deployed, and nobody changed it or its objects",
     released, 90s, takes_long},
    {StepName::kDatabase, "the engine's database workload is ready",
     database_ready, 180s, late_database, kNeedsPods},
    {StepName::kApplication, "the engine's web workload is ready",
     application_ready, 180s, late_application, kNeedsPods},
    {StepName::kSite, "the Ingress is as it should be, with the site hash",
     site_served, 60s, late_site},
    {StepName::kRoute, "the address answered through the ingress, by the web pod that runs now, and the cluster still leads there",
     route_answered, 60s, late_route, kNeedsPods},
    {StepName::kCommerce, "the engine's probe passed once",
     commerce_checked, 60s, late_commerce},
});

constexpr auto kTeardownSteps = std::to_array<TeardownStep>({
    {StepName::kStopRouting},
    {StepName::kUninstall},
    {StepName::kDeleteVolumes, 90s},
    {StepName::kDeleteNamespace, 90s},
    {StepName::kVerifyGone},
});
// clang-format on

}  // namespace

std::span<const MakingStep> making_steps() {
  return kMakingSteps;
}

const MakingStep& making_step(StepName name) {
  return *std::ranges::find(kMakingSteps, name, &MakingStep::name);
}

std::span<const TeardownStep> teardown_steps() {
  return kTeardownSteps;
}

const TeardownStep& teardown_step(StepName name) {
  return *std::ranges::find(kTeardownSteps, name, &TeardownStep::name);
}

bool step_done(const Observed& observed, StepName step) {
  return making_step(step).done(observed);
}

StepName first_open_step(const Observed& observed) {
  const auto last = observed.store.spec.asleep ? StepName::kRelease : kMakingSteps.back().name;
  for (const auto& step : kMakingSteps)
    if (step.name == last || !step.done(observed)) return step.name;
  return last;
}

std::string pods_summary(const Observed& observed) {
  std::string text;
  for (const auto& pod : observed.pods) {
    text += fmt::format(" Pod {}: {}{}.", pod.name, pod.ready ? "ready" : "not ready",
                        pod.waiting_reason.empty() ? "" : fmt::format(" ({})", pod.waiting_reason));
  }
  return text.empty() ? " There is no pod." : text;
}

}  // namespace storefleet::store_operator
