#pragma once
#include "operator/metrics.hpp"
#include "releases/releases.hpp"

namespace storefleet::store_operator {

/// Another Releases, with the time of every operation in the metrics. What it refers to must outlive it.
class MeasuredReleases : public releases::Releases {
 public:
  MeasuredReleases(releases::Releases& releases, OperatorMetrics& metrics)
      : releases_(releases), metrics_(metrics) {}

  Task<Result<void>> install(releases::WantedRelease wanted) override;
  Task<Result<void>> repair(releases::WantedRelease wanted) override;
  Task<Result<void>> restore(std::string store_namespace, releases::VolumeClaims claims) override;
  Task<Result<void>> uninstall(std::string store_namespace) override;

 private:
  /// `name` outlives the operation.
  Task<Result<void>> measure(std::string_view name, Task<Result<void>> operation);

  releases::Releases& releases_;
  OperatorMetrics& metrics_;
};

}  // namespace storefleet::store_operator
