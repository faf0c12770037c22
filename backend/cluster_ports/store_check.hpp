#pragma once
#include "cluster_ports/store_insight.hpp"
#include "domain/check.hpp"
#include "domain/ports/store_check.hpp"
#include "domain/store.hpp"
#include "engines/catalogue.hpp"
#include "engines/settings.hpp"
#include "probes/prober.hpp"

namespace storefleet::cluster_ports {

/// Runs the engine's `check` script through the ingress with the store's own admin login. One thread; what it
/// refers to must outlive it. Few run at a time: a check that waits for a connection would blame the store
/// for it.
class ClusterStoreCheck : public StoreCheck {
 public:
  ClusterStoreCheck(ClusterStoreInsight& insight, probes::Prober& prober,
                    const engines::EngineCatalogue& catalogue, const engines::PlatformSettings& settings)
      : insight_(insight), prober_(prober), catalogue_(catalogue), settings_(settings) {}

  Task<Result<CheckReport>> check(Store store) override;

 private:
  ClusterStoreInsight& insight_;
  probes::Prober& prober_;
  const engines::EngineCatalogue& catalogue_;
  const engines::PlatformSettings& settings_;
  int running_ = 0;
};

}  // namespace storefleet::cluster_ports
