#pragma once
#include <map>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet::releases {

/// Name → UID.
using VolumeClaims = std::map<std::string, std::string>;

/// What a store's release is to be.
struct WantedRelease {
  std::string store_namespace;
  std::string chart;
  json::object values;
  std::string digest;   // of chart files and values: the record's label
  VolumeClaims claims;  // that there are: no others are made
};

/// Helm as the operator needs it. Operations are idempotent and do not wait for workloads.
class Releases {
 public:
  virtual ~Releases() = default;
  /// Installs or upgrades to exactly this chart and these values; recovers a release that a killed process
  /// left pending. InvalidArgument where chart or values can never work; Unavailable where a retry may help.
  virtual Task<Result<void>> install(WantedRelease wanted) = 0;
  /// The same, and puts back what somebody changed or deleted in the cluster.
  virtual Task<Result<void>> repair(WantedRelease wanted) = 0;
  /// Puts back what somebody changed or deleted of what is deployed, by its own record. NotFound where that
  /// does not say what is deployed.
  virtual Task<Result<void>> restore(std::string store_namespace, VolumeClaims claims) = 0;
  /// Ok also where there is no such release.
  virtual Task<Result<void>> uninstall(std::string store_namespace) = 0;
};

}  // namespace storefleet::releases
