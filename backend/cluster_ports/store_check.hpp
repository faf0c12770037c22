#pragma once
#include "cluster_ports/store_insight.hpp"
#include "domain/ports.hpp"
#include "engines/catalogue.hpp"
#include "engines/settings.hpp"
#include "probes/prober.hpp"

namespace storefleet {

/// Runs the engine's `check` script through the ingress with the store's own admin login. One thread; what it
/// refers to must outlive it. Few run at a time: a check that waits for a connection would blame the store
/// for it.
class ClusterStoreCheck : public StoreCheck {
 public:
  ClusterStoreCheck(ClusterStoreInsight& insight, Prober& prober, const EngineCatalogue& catalogue,
                    const PlatformSettings& settings)
      : insight_(insight), prober_(prober), catalogue_(catalogue), settings_(settings) {}

  Task<Result<CheckReport>> check(Store store) override;

 private:
  ClusterStoreInsight& insight_;
  Prober& prober_;
  const EngineCatalogue& catalogue_;
  const PlatformSettings& settings_;
  int running_ = 0;
};

}  // namespace storefleet
