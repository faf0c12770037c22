#pragma once
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet::releases {

/// Helm as the operator needs it. Operations are idempotent and do not wait for workloads.
class Releases {
 public:
  virtual ~Releases() = default;
  /// Installs or upgrades to exactly this chart and these values; recovers a release that a killed process
  /// left pending. InvalidArgument where chart or values can never work; Unavailable where a retry may help.
  virtual Task<Result<void>> install(std::string store_namespace, std::string chart, json::object values) = 0;
  /// The same, and puts back what somebody changed or deleted in the cluster.
  virtual Task<Result<void>> repair(std::string store_namespace, std::string chart, json::object values) = 0;
  /// Ok also where there is no such release.
  virtual Task<Result<void>> uninstall(std::string store_namespace) = 0;
};

}  // namespace storefleet::releases
