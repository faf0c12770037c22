#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/limits.hpp"

namespace storefleet::inline domain {

/// The visible stages of a create (first part) and of a delete (second part), in their order.
enum class StepName {
  kHosts,        // the store's host names are claimed
  kNamespace,    // namespace with Pod Security labels, and the operator's binding in it
  kPolicies,     // ResourceQuota, LimitRange, NetworkPolicies
  kSecrets,      // generated passwords and keys
  kRelease,      // Helm release installed
  kDatabase,     // database workload ready, its volume bound
  kApplication,  // web workload ready
  kSite,         // title, address and admin account applied inside the pod
  kRoute,        // the address answers through the ingress
  kCommerce,     // the engine's probe passed
  kStopRouting,
  kUninstall,
  kDeleteVolumes,
  kDeleteNamespace,
  kVerifyGone,
};

std::string_view to_string(StepName name);
std::optional<StepName> parse_step_name(std::string_view text);

enum class StepState { kPending, kRunning, kDone, kFailed, kSkipped };

std::string_view to_string(StepState state);
std::optional<StepState> parse_step_state(std::string_view text);

/// One entry of `status.steps`. Times cannot be observed again: they live only here (design 11.11).
struct Step {
  StepName name = StepName::kHosts;
  StepState state = StepState::kPending;
  std::optional<TimePoint> started_at;
  std::optional<TimePoint> finished_at;
  StepMessage message;  // why it is not done yet, or what went wrong

  bool operator==(const Step&) const = default;
};

/// All of them.
std::span<const StepName> step_names();

/// The step of that name in `steps`, or nullptr.
const Step* find_step(const std::vector<Step>& steps, StepName name);

}  // namespace storefleet::inline domain
