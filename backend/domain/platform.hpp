#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

/// What people see of the platform as a whole: plans, who leads, how fast stores became ready.
namespace storefleet::inline domain {

/// What a plan means for one engine, as its engine.yaml has it.
struct PlanOfEngine {
  std::string engine;
  std::int64_t storage_bytes = 0;  // of all volumes together
  json::object storage;            // volume → size
  json::object quota;              // ResourceQuota spec.hard of the store's namespace
  json::object resources;          // component → requests and limits
};

struct PlanSummary {
  std::string name;
  std::vector<PlanOfEngine> engines;
};

/// Name of the Lease of the controller's election, in the platform's namespace.
inline constexpr std::string_view kControllerLease = "storefleet-controller";

/// The controller that leads, as its Lease says.
struct Leader {
  std::string identity;  // empty: nobody leads
  std::optional<TimePoint> since;
  std::optional<TimePoint> renewed_at;
};

/// Which first Readys to count.
struct ProvisioningQuery {
  TimePoint since;
  std::string engine;                             // empty: every one
  std::optional<std::vector<std::string>> teams;  // only stores of these; nothing: all
};

/// How fast the stores of one engine became ready on one day (UTC).
struct ProvisioningDay {
  std::string day;     // 2026-11-24
  std::string engine;  // empty: in events from before the log knew it
  std::int64_t count = 0;
  double p50_seconds = 0;
  double p95_seconds = 0;
  std::map<std::string, double> step_p50_seconds;
};

}  // namespace storefleet::inline domain
