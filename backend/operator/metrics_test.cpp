#include "operator/metrics.hpp"

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

#include "http/testing.hpp"
#include "operator/measured_releases.hpp"

namespace storefleet::store_operator {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class OperatorMetricsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string text() const {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

  prometheus::Registry registry_;
  OperatorMetrics metrics_{registry_};
};

TEST_F(OperatorMetricsTest, EveryFailureCodeIsThereFromTheStart) {
  EXPECT_THAT(text(), HasSubstr("storefleet_failures_total{code=\"ImagePullFailed\"} 0"));
  EXPECT_THAT(text(), HasSubstr("storefleet_failures_total{code=\"DeadlineExceeded\"} 0"));
  metrics_.failure(FailureCode::kReleaseFailed);
  EXPECT_THAT(text(), HasSubstr("storefleet_failures_total{code=\"ReleaseFailed\"} 1"));
}

TEST_F(OperatorMetricsTest, ReconciliationsByOutcome) {
  metrics_.reconciled(controller::Done{}, milliseconds(3));
  metrics_.reconciled(controller::RequeueAfter{}, milliseconds(3));
  metrics_.reconciled(controller::Retry{}, milliseconds(30));
  for (const auto* outcome : {"done", "requeued", "retried"})
    EXPECT_THAT(text(), HasSubstr("storefleet_reconcile_duration_seconds_count{outcome=\"" +
                                  std::string(outcome) + "\"} 1"));
}

TEST_F(OperatorMetricsTest, QueuesAndLeadership) {
  metrics_.set_queue(7, milliseconds(1500));
  metrics_.set_events(12, 3, 0);
  metrics_.set_events(11, 5, 2);
  metrics_.set_leading(true);
  metrics_.set_in_line(168);
  EXPECT_THAT(text(), HasSubstr("storefleet_line_length 168"));
  EXPECT_THAT(text(), HasSubstr("storefleet_queue_depth 7"));
  EXPECT_THAT(text(), HasSubstr("storefleet_queue_oldest_seconds 1.5"));
  EXPECT_THAT(text(), HasSubstr("storefleet_event_queue_length 11"));
  EXPECT_THAT(text(), HasSubstr("storefleet_events_dropped_total 5"));
  EXPECT_THAT(text(), HasSubstr("storefleet_events_set_aside_total 2"));
  EXPECT_THAT(text(), HasSubstr("storefleet_controller_leading 1"));
}

TEST_F(OperatorMetricsTest, IsolationThatIsNotEnforcedIsZeroAsTheAlertHasIt) {
  const auto shown = [](const std::string& value) {
    return HasSubstr("\nstorefleet_isolation_enforced " + value + "\n");
  };
  EXPECT_THAT(text(), shown("-1")) << "the alert takes the maximum: a standby must not raise it";
  metrics_.set_isolation(IsolationState::kNotEnforced);
  EXPECT_THAT(text(), shown("0"));
  metrics_.set_isolation(IsolationState::kEnforced);
  EXPECT_THAT(text(), shown("1"));
  metrics_.set_isolation(IsolationState::kUnknown);
  EXPECT_THAT(text(), shown("-1"));
}

class HalfWorkingReleases : public releases::Releases {
 public:
  Task<Result<void>> install(releases::WantedRelease) override { co_return Result<void>{}; }
  Task<Result<void>> repair(releases::WantedRelease) override {
    co_return fail(ErrorCode::kUnavailable, "no");
  }
  Task<Result<void>> restore(std::string, releases::VolumeClaims) override { co_return Result<void>{}; }
  Task<Result<void>> uninstall(std::string) override { co_return Result<void>{}; }
};

Task<void> use(releases::Releases& releases) {
  const auto installed = co_await releases.install({.store_namespace = "store-1"});
  EXPECT_TRUE(installed);
  const auto repaired = co_await releases.repair({.store_namespace = "store-1"});
  EXPECT_FALSE(repaired);
  const auto gone = co_await releases.uninstall("store-1");
  EXPECT_TRUE(gone);
}

TEST_F(OperatorMetricsTest, HelmIsTimedByOperationAndOutcome) {
  HalfWorkingReleases releases;
  MeasuredReleases measured(releases, metrics_);
  asio::io_context context;
  testing::run(context, use(measured));
  const std::string name = "storefleet_release_duration_seconds_count";
  EXPECT_THAT(text(), HasSubstr(name + "{operation=\"install\",outcome=\"ok\"} 1"));
  EXPECT_THAT(text(), HasSubstr(name + "{operation=\"repair\",outcome=\"error\"} 1"));
  EXPECT_THAT(text(), HasSubstr(name + "{operation=\"uninstall\",outcome=\"ok\"} 1"));
}

}  // namespace
}  // namespace storefleet::store_operator
