#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

/// Whether the cluster enforces NetworkPolicies at all: without that, stores reach each other.
namespace storefleet::inline domain {

enum class IsolationState { kUnknown, kEnforced, kNotEnforced };

std::string_view to_string(IsolationState state);

/// What the last looks at the probe pod showed.
struct IsolationVerdict {
  IsolationState state = IsolationState::kUnknown;
  std::string evidence;                // what was tried and what came of it
  std::optional<TimePoint> since;      // in this state; nothing: nobody ever looked
  std::optional<TimePoint> looked_at;  // last
  bool operator==(const IsolationVerdict&) const = default;
};

/// As it is kept in the cluster between leaders, and read by the API. What cannot be read counts as unknown.
json::object isolation_json(const IsolationVerdict& verdict);
IsolationVerdict parse_isolation(const json::value& object);

/// Name and key of the ConfigMap in the platform's namespace that holds it.
inline constexpr std::string_view kIsolationConfigMap = "storefleet-isolation";
inline constexpr std::string_view kIsolationKey = "verdict";

}  // namespace storefleet::inline domain
