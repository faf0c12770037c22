#include "operator/metrics.hpp"

#include <array>
#include <variant>

namespace storefleet::store_operator {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

/// Seconds, for single changes and steps.
const Buckets& fast_buckets() {
  static const Buckets kFast = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
  return kFast;
}

/// Seconds, for whole creates.
const Buckets& slow_buckets() {
  static const Buckets kSlow = {0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 20, 30, 60, 120};
  return kSlow;
}

}  // namespace

OperatorMetrics::OperatorMetrics(prometheus::Registry& registry)
    : actions_(prometheus::BuildHistogram()
                   .Name("storefleet_action_duration_seconds")
                   .Help("Time of one change that the operator makes")
                   .Register(registry)),
      reconciles_(prometheus::BuildHistogram()
                      .Name("storefleet_reconcile_duration_seconds")
                      .Help("Time of one reconciliation of a store, by outcome")
                      .Register(registry)),
      releases_(prometheus::BuildHistogram()
                    .Name("storefleet_release_duration_seconds")
                    .Help("Time of one operation of Helm on a store's release")
                    .Register(registry)),
      provisioning_(prometheus::BuildHistogram()
                        .Name("storefleet_provision_duration_seconds")
                        .Help("Time from a store's first step to its first Ready")
                        .Register(registry)),
      steps_(prometheus::BuildHistogram()
                 .Name("storefleet_step_duration_seconds")
                 .Help("Time of the steps of creates that succeeded")
                 .Register(registry)),
      failures_(prometheus::BuildCounter()
                    .Name("storefleet_failures_total")
                    .Help("Failures by code")
                    .Register(registry)),
      stores_(prometheus::BuildGauge().Name("storefleet_stores").Help("Stores by phase").Register(registry)),
      queue_(prometheus::BuildGauge()
                 .Name("storefleet_queue_depth")
                 .Help("Stores that wait to be reconciled")
                 .Register(registry)
                 .Add({})),
      oldest_(prometheus::BuildGauge()
                  .Name("storefleet_queue_oldest_seconds")
                  .Help("How long the first store in the queue has waited to be reconciled")
                  .Register(registry)
                  .Add({})),
      in_line_(prometheus::BuildGauge()
                   .Name("storefleet_line_length")
                   .Help("Stores that wait for a place to wait for their pods, Helm or SQL")
                   .Register(registry)
                   .Add({})),
      upgrades_(prometheus::BuildGauge()
                    .Name("storefleet_upgrades")
                    .Help("Stores that a change of the platform is to reach: waiting, under_way, stopped")
                    .Register(registry)),
      events_(prometheus::BuildGauge()
                  .Name("storefleet_event_queue_length")
                  .Help("Store events that wait for the database")
                  .Register(registry)
                  .Add({})),
      dropped_(prometheus::BuildCounter()
                   .Name("storefleet_events_dropped_total")
                   .Help("Store events lost because too many waited for the database")
                   .Register(registry)
                   .Add({})),
      set_aside_(prometheus::BuildCounter()
                     .Name("storefleet_events_set_aside_total")
                     .Help("Store events that the database refused and the log goes on without")
                     .Register(registry)
                     .Add({})),
      leading_(prometheus::BuildGauge()
                   .Name("storefleet_controller_leading")
                   .Help("1 in the process that reconciles, 0 in one that waits for its turn")
                   .Register(registry)
                   .Add({})),
      isolation_(prometheus::BuildGauge()
                     .Name("storefleet_isolation_enforced")
                     .Help("Whether the cluster enforces NetworkPolicies: 1 yes, 0 no, -1 unknown here")
                     .Register(registry)
                     .Add({})) {
  set_isolation(IsolationState::kUnknown);
  // A counter that first appears with its first failure does not show as an increase.
  for (int code = 0; !to_string(static_cast<FailureCode>(code)).empty(); ++code)
    failures_.Add({{"code", std::string(to_string(static_cast<FailureCode>(code)))}});
}

void OperatorMetrics::action(ActionKind kind, bool succeeded, std::chrono::duration<double> duration) {
  actions_
      .Add({{"action", std::string(to_string(kind))}, {"outcome", succeeded ? "ok" : "error"}},
           fast_buckets())
      .Observe(duration.count());
}

void OperatorMetrics::provisioned(const std::string& engine, const StoreStatus& status) {
  provisioning_.Add({{"engine", engine}}, slow_buckets()).Observe(status.ready_seconds.value_or(0));
  for (const auto& step : status.steps) {
    if (!step.started_at || !step.finished_at) continue;
    steps_.Add({{"engine", engine}, {"step", std::string(to_string(step.name))}}, fast_buckets())
        .Observe(std::chrono::duration<double>(*step.finished_at - *step.started_at).count());
  }
}

void OperatorMetrics::failure(FailureCode code) {
  failures_.Add({{"code", std::string(to_string(code))}}).Increment();
}

void OperatorMetrics::set_stores(Phase phase, std::size_t count) {
  stores_.Add({{"phase", std::string(to_string(phase))}}).Set(static_cast<double>(count));
}

void OperatorMetrics::reconciled(const controller::Outcome& outcome, std::chrono::duration<double> duration) {
  static constexpr std::array<const char*, 3> kOutcomes = {"done", "requeued", "retried"};
  static_assert(std::variant_size_v<controller::Outcome> == kOutcomes.size());
  reconciles_.Add({{"outcome", kOutcomes.at(outcome.index())}}, fast_buckets()).Observe(duration.count());
}

void OperatorMetrics::release(std::string_view operation, bool succeeded,
                              std::chrono::duration<double> duration) {
  releases_
      .Add({{"operation", std::string(operation)}, {"outcome", succeeded ? "ok" : "error"}}, fast_buckets())
      .Observe(duration.count());
}

void OperatorMetrics::set_queue(std::size_t depth, std::chrono::duration<double> oldest) {
  queue_.Set(static_cast<double>(depth));
  oldest_.Set(oldest.count());
}

void OperatorMetrics::set_upgrades(const std::string& engine, const Waves::Numbers& numbers) {
  const auto set = [&](const char* state, std::size_t count) {
    upgrades_.Add({{"engine", engine}, {"state", state}}).Set(static_cast<double>(count));
  };
  set("waiting", numbers.waiting);
  set("under_way", numbers.under_way);
  set("stopped", numbers.stopped);
}

void OperatorMetrics::set_isolation(IsolationState state) {
  const bool known = state != IsolationState::kUnknown;
  isolation_.Set(!known ? -1 : state == IsolationState::kEnforced ? 1 : 0);
}

void OperatorMetrics::set_events(std::size_t queued, std::uint64_t dropped, std::uint64_t set_aside) {
  events_.Set(static_cast<double>(queued));
  const auto raise = [](prometheus::Counter& counter, std::uint64_t to) {
    const auto counted = counter.Value();
    if (static_cast<double>(to) > counted) counter.Increment(static_cast<double>(to) - counted);
  };
  raise(dropped_, dropped);
  raise(set_aside_, set_aside);
}

}  // namespace storefleet::store_operator
