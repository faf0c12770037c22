#pragma once
#include <chrono>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "domain/store.hpp"
#include "operator/observed.hpp"

namespace storefleet {

/// The operator's Prometheus metrics. Labels come from closed enums and engine names only.
class OperatorMetrics {
 public:
  explicit OperatorMetrics(prometheus::Registry& registry);

  void action(ActionKind kind, bool succeeded, std::chrono::duration<double> duration);
  /// Once a store becomes Ready for the first time.
  void provisioned(const std::string& engine, const StoreStatus& status);
  void failure(FailureCode code);
  void set_stores(Phase phase, std::size_t count);
  void set_queue(std::size_t depth);

 private:
  prometheus::Family<prometheus::Histogram>& actions_;
  prometheus::Family<prometheus::Histogram>& provisioning_;
  prometheus::Family<prometheus::Histogram>& steps_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Family<prometheus::Gauge>& stores_;
  prometheus::Gauge& queue_;
};

}  // namespace storefleet
