#include "operator/summarize.hpp"

#include <gtest/gtest.h>

#include "operator/testing.hpp"

namespace storefleet {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::Scenario;

StoreStatus summary(const Scenario& scenario, const StoreStatus& previous, TimePoint now) {
  return summarize(scenario.observed, decide(scenario.observed, now), previous, now);
}

TEST(Summarize, TellsTheStepsOfACreateWithTheirTimes) {
  auto status = summary(Scenario(), {}, at(0s));
  EXPECT_EQ(status.phase, Phase::kPending);
  status = summary(Scenario().secrets(), status, at(200ms));
  EXPECT_EQ(status.phase, Phase::kProvisioning);
  EXPECT_EQ(find_step(status.steps, StepName::kSecrets)->finished_at, at(200ms));
  EXPECT_EQ(find_step(status.steps, StepName::kRelease)->state, StepState::kRunning);
  EXPECT_EQ(find_step(status.steps, StepName::kDatabase)->state, StepState::kPending);
  status = summary(Scenario().ready(), status, at(2500ms));
  EXPECT_EQ(status.phase, Phase::kReady);
  EXPECT_DOUBLE_EQ(*status.ready_seconds, 2.5);
  EXPECT_EQ(find_step(status.steps, StepName::kSecrets)->finished_at, at(200ms))
      << "times of done steps stay";
}

TEST(Summarize, WritesNothingNewWhereNothingChanged) {
  const auto status = summary(Scenario().ready(), {}, at(1s));
  EXPECT_EQ(summary(Scenario().ready(), status, at(100s)), status);
}

TEST(Summarize, SaysWhatFailedAndSinceWhen) {
  auto scenario = Scenario().release();
  scenario.observed.pods[1].waiting_reason = "ImagePullBackOff";
  auto status = summary(scenario, {}, at(1s));
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(status.failure->code, FailureCode::kImagePullFailed);
  status = summary(scenario, status, at(9s));
  EXPECT_EQ(status.failure->since, at(1s));
  status = summary(Scenario().ready(), status, at(20s));
  EXPECT_EQ(status.phase, Phase::kReady);
  EXPECT_FALSE(status.failure);
}

TEST(Summarize, AStoreThatWasReadyDegrades) {
  const auto before = summary(Scenario().ready(), {}, at(1s));
  auto scenario = Scenario().ready();
  scenario.observed.deployments[0].ready = false;
  scenario.observed.store.status = before;
  const auto after = summary(scenario, before, at(60s));
  EXPECT_EQ(after.phase, Phase::kDegraded);
  EXPECT_EQ(after.ready_seconds, before.ready_seconds);
}

TEST(Summarize, WorkloadsThatRestartForAnUpdateDoNotDegradeTheStore) {
  const auto before = summary(Scenario().ready(), {}, at(1s));
  auto scenario = Scenario().ready();
  scenario.observed.store.status = before;
  scenario.observed.desired.release_hash = "r2";
  const auto updating = summary(scenario, before, at(60s));
  EXPECT_EQ(updating.phase, Phase::kUpdating);
  scenario.observed.ns->release_hash = "r2";
  scenario.observed.deployments[0].ready = false;
  scenario.observed.store.status = updating;
  EXPECT_EQ(summary(scenario, updating, at(61s)).phase, Phase::kUpdating);
}

TEST(Summarize, ADeleteHasStepsOfItsOwn) {
  const auto before = summary(Scenario().ready(), {}, at(1s));
  const auto after = summary(Scenario().ready().deleting(), before, at(2s));
  EXPECT_EQ(after.phase, Phase::kDeleting);
  EXPECT_EQ(after.steps.front().name, StepName::kStopRouting);
  EXPECT_EQ(after.steps.front().state, StepState::kRunning);
}

TEST(StatusEvents, TellFinishedStepsFailuresAndPhases) {
  const auto scenario = Scenario().ready();
  const auto before = summary(Scenario(), {}, at(0s));
  const auto after = summary(scenario, before, at(2s));
  const auto events = status_events(scenario.observed.store, before, after, at(2s));
  ASSERT_EQ(events.size(), create_steps().size() + 1);
  EXPECT_EQ(events.front().reason, "StepFinished");
  EXPECT_EQ(events.back().reason, "PhaseChanged");
  EXPECT_EQ(events.back().duration_seconds, 2.0);
  EXPECT_TRUE(status_events(scenario.observed.store, after, after, at(3s)).empty());
}

}  // namespace
}  // namespace storefleet
