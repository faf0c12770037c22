#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "domain/platform.hpp"
#include "domain/store.hpp"

namespace storefleet::inline domain {

/// One engine as users see it.
struct EngineSummary {
  std::string name;
  std::string display_name;
  std::string description;
  std::vector<std::string> versions;
  json::object parameters;  // JSON Schema of spec.values
  std::vector<std::string> plans;
};

/// The engines that this platform offers.
class EngineDirectory {
 public:
  virtual ~EngineDirectory() = default;
  virtual std::vector<EngineSummary> engines() const = 0;
  /// InvalidArgument (reasons UnknownEngine, UnknownPlan, UnknownVersion, InvalidValues) with what to do
  /// where a store of this spec could never be provisioned.
  virtual Result<void> check(const StoreSpec& spec) const = 0;
  /// The same for a store that exists: also refuses what its volumes cannot follow (reason VolumeSize).
  virtual Result<void> check_change(const StoreSpec& from, const StoreSpec& to) const = 0;
  /// Of all volumes of a store of this spec together; 0 where check() refuses it.
  virtual std::int64_t storage_bytes(const StoreSpec& spec) const = 0;
  /// What each plan means, by name.
  virtual std::vector<PlanSummary> plans() const = 0;
};

}  // namespace storefleet::inline domain
