#pragma once
#include "operator/metrics.hpp"
#include "releases/releases.hpp"

namespace storefleet {

/// Another Releases, with the time of every operation in the metrics. What it refers to must outlive it.
class MeasuredReleases : public Releases {
 public:
  MeasuredReleases(Releases& releases, OperatorMetrics& metrics) : releases_(releases), metrics_(metrics) {}

  Task<Result<ReleaseState>> install(std::string store_namespace, std::string chart,
                                     json::object values) override;
  Task<Result<ReleaseState>> repair(std::string store_namespace, std::string chart,
                                    json::object values) override;
  Task<Result<void>> uninstall(std::string store_namespace) override;

 private:
  Releases& releases_;
  OperatorMetrics& metrics_;
};

}  // namespace storefleet
