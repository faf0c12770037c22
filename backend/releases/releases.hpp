#pragma once
#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet::releases {

/// What Helm knows of a release after an operation.
struct ReleaseState {
  std::int64_t revision = 0;
  std::string status;  // Helm's words: deployed, failed, pending-install, …
  std::string chart_version;
};

/// Helm as the operator needs it. Operations are idempotent and do not wait for workloads.
class Releases {
 public:
  virtual ~Releases() = default;
  /// Installs or upgrades to exactly this chart and these values; recovers a release that a killed process
  /// left pending. InvalidArgument where chart or values can never work; Unavailable where a retry may help.
  virtual Task<Result<ReleaseState>> install(std::string store_namespace, std::string chart,
                                             json::object values) = 0;
  /// The same, and puts back what somebody changed or deleted in the cluster.
  virtual Task<Result<ReleaseState>> repair(std::string store_namespace, std::string chart,
                                            json::object values) = 0;
  /// Ok also where there is no such release.
  virtual Task<Result<void>> uninstall(std::string store_namespace) = 0;
};

}  // namespace storefleet::releases
