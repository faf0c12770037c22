#pragma once
#include <chrono>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "controller/reconciler.hpp"
#include "domain/isolation.hpp"
#include "domain/store.hpp"
#include "operator/watch/observed.hpp"
#include "operator/waves.hpp"

namespace storefleet::store_operator {

/// The operator's Prometheus metrics. Labels come from closed enums and engine names only.
class OperatorMetrics {
 public:
  explicit OperatorMetrics(prometheus::Registry& registry);

  void action(ActionKind kind, bool succeeded, std::chrono::duration<double> duration);
  /// Once a store becomes Ready for the first time.
  void provisioned(const std::string& engine, const StoreStatus& status);
  void failure(FailureCode code);
  void reconciled(const controller::Outcome& outcome, std::chrono::duration<double> duration);
  /// One operation of Helm: install, repair or uninstall.
  void release(std::string_view operation, bool succeeded, std::chrono::duration<double> duration);
  void set_stores(Phase phase, std::size_t count);
  /// Stores that wait to be reconciled, and for how long the first of them has.
  void set_queue(std::size_t depth, std::chrono::duration<double> oldest);
  /// Stores that wait for a place in one of the lanes.
  void set_in_line(std::size_t stores) { in_line_.Set(static_cast<double>(stores)); }
  /// Stores of an engine that the platform upgrades, see waves.hpp.
  void set_upgrades(const std::string& engine, const Waves::Numbers& numbers);
  /// Events that wait for the database; `dropped` and `set_aside` count all since this process leads.
  void set_events(std::size_t queued, std::uint64_t dropped, std::uint64_t set_aside);
  /// 1 enforced, 0 not enforced, -1 not known or not the leader.
  void set_isolation(IsolationState state);
  void set_leading(bool leading) { leading_.Set(leading ? 1 : 0); }

 private:
  prometheus::Family<prometheus::Histogram>& actions_;
  prometheus::Family<prometheus::Histogram>& reconciles_;
  prometheus::Family<prometheus::Histogram>& releases_;
  prometheus::Family<prometheus::Histogram>& provisioning_;
  prometheus::Family<prometheus::Histogram>& steps_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Family<prometheus::Gauge>& stores_;
  prometheus::Gauge& queue_;
  prometheus::Gauge& oldest_;
  prometheus::Gauge& in_line_;
  prometheus::Family<prometheus::Gauge>& upgrades_;
  prometheus::Gauge& events_;
  prometheus::Counter& dropped_;
  prometheus::Counter& set_aside_;
  prometheus::Gauge& leading_;
  prometheus::Gauge& isolation_;
};

}  // namespace storefleet::store_operator
