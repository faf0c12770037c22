#include "operator/decisions/summarize.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "operator/decisions/steps.hpp"
#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
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

/// A status that cannot be read again would be written again and again.
TEST(Summarize, AClockThatIsSetBackMakesNoTimeBelowZero) {
  auto status = summary(Scenario(), {}, at(3600s));
  status = summary(Scenario().ready(), status, at(2s));
  ASSERT_TRUE(status.ready_seconds);
  EXPECT_GE(*status.ready_seconds, 0.0);
}

TEST(Summarize, TimeThatAPersonTookIsNoProvisioningTime) {
  auto status = summary(Scenario(), {}, at(0s));
  auto wrong = Scenario().finalizer();
  wrong.observed.spec_error = Error{ErrorCode::kInvalidArgument, "no such plan", Reason::kUnknownPlan};
  status = summary(wrong, status, at(500ms));
  EXPECT_EQ(status.failure->code, FailureCode::kUnknownPlan);
  status = summary(wrong, status, at(400s));
  status = summary(Scenario().hosts("uid-of-another"), status, at(480s));
  EXPECT_EQ(status.failure->code, FailureCode::kHostConflict) << "from one person to the next";
  status = summary(Scenario().secrets(), status, at(500s));
  status = summary(Scenario().ready(), status, at(502500ms));
  EXPECT_EQ(status.phase, Phase::kReady);
  EXPECT_DOUBLE_EQ(*status.ready_seconds, 2.5);
  EXPECT_EQ(find_step(status.steps, StepName::kHosts)->started_at, at(500s));
}

TEST(Summarize, WarnsAWeekAndADayBeforeAStoreDeletesItself) {
  const auto expires = at(30 * 24h);
  auto scenario = Scenario().ready();
  scenario.observed.store.spec.expires_at = expires;
  auto status = summary(scenario, {}, at(1s));
  const auto warnings = [&](TimePoint now) {
    const auto next = summary(scenario, status, now);
    std::vector<std::string> messages;
    for (const auto& event : status_events(scenario.observed.store, status, next, now))
      if (event.reason == "ExpiresSoon") messages.push_back(event.message);
    status = next;
    return messages;
  };
  EXPECT_TRUE(warnings(expires - 8 * 24h).empty());
  const auto week = warnings(expires - 7 * 24h);
  ASSERT_EQ(week.size(), 1U);
  EXPECT_NE(week.front().find(format_time(expires)), std::string::npos) << week.front();
  EXPECT_TRUE(warnings(expires - 3 * 24h).empty()) << "told once";
  EXPECT_EQ(warnings(expires - 23h).size(), 1U);
  EXPECT_TRUE(warnings(expires - 22h).empty());
  scenario.observed.store.spec.expires_at = expires + 30 * 24h;
  EXPECT_TRUE(warnings(expires - 21h).empty()) << "extended";
  EXPECT_EQ(warnings(expires + 23 * 24h).size(), 1U) << "and told again";
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kRetain;
  for (const auto& condition : summary(scenario, status, expires).conditions)
    EXPECT_NE(condition.type, "Expiring");
}

TEST(Summarize, ARetainedStoreSaysThatItIsKept) {
  auto scenario = Scenario().ready();
  const auto before = summary(scenario, {}, at(1s));
  scenario.deleting();
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kRetain;
  scenario.observed.store.spec.asleep = true;
  scenario.observed.ingresses.clear();
  scenario.observed.pods.clear();
  const auto kept = summary(scenario, before, at(2s));
  EXPECT_EQ(kept.phase, Phase::kRetained);
  ASSERT_EQ(kept.conditions.back().type, "Retained");
  EXPECT_TRUE(kept.conditions.back().status);
  const auto events = status_events(scenario.observed.store, before, kept, at(2s));
  EXPECT_EQ(std::ranges::count(events, "Retained", &StoreEvent::reason), 1);
  EXPECT_EQ(summary(scenario, kept, at(9s)), kept) << "nothing more to write";
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kDelete;
  EXPECT_EQ(summary(scenario, kept, at(9s)).phase, Phase::kDeleting);
}

TEST(Summarize, ARetainedStoreKeepsWhatWasSaidOfItsPlace) {
  auto scenario = Scenario().ready().deleting();
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kRetain;
  const auto before = summary(Scenario().ready(), {}, at(1s));
  scenario.observed.memory = {};  // another process
  scenario.observed.store.generation = 9;
  const auto kept = summary(scenario, before, at(2s));
  const auto admitted = std::ranges::find(kept.conditions, kAdmittedCondition, &Condition::type);
  ASSERT_NE(admitted, kept.conditions.end());
  EXPECT_TRUE(admitted->status) << "it has its place, and nobody asks for it again";
}

TEST(Summarize, ARetainedStoreOutOfSightIsStillRetained) {
  auto scenario = Scenario().ready().deleting();
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kRetain;
  scenario.observed.ns.reset();
  EXPECT_EQ(summary(scenario, {}, at(2s)).phase, Phase::kRetained)
      << "or it would be taken down when it is seen again";
}

TEST(Summarize, ATeardownTakesItsOwnTime) {
  auto scenario = Scenario().ready();
  const auto before = summary(scenario, {}, at(1s));
  scenario.deleting();
  scenario.observed.ingresses.clear();  // as of one that sleeps
  const auto gone = summary(scenario, before, at(std::chrono::hours(2000)));
  const auto* step = find_step(gone.steps, StepName::kStopRouting);
  ASSERT_TRUE(step != nullptr && step->started_at && step->finished_at);
  EXPECT_LT(*step->finished_at - *step->started_at, 1s);
}

TEST(Summarize, TimeThatTheClusterTookIs) {
  auto status = summary(Scenario(), {}, at(0s));
  auto pulling = Scenario().release();
  pulling.observed.pods[1].waiting_reason = "ImagePullBackOff";
  status = summary(pulling, status, at(1s));
  ASSERT_EQ(status.failure->code, FailureCode::kImagePullFailed);
  status = summary(Scenario().ready(), status, at(60s));
  EXPECT_DOUBLE_EQ(*status.ready_seconds, 60.0);
}

TEST(Summarize, WritesNothingNewWhereNothingChanged) {
  const auto status = summary(Scenario().ready(), {}, at(1s));
  EXPECT_EQ(summary(Scenario().ready(), status, at(100s)), status);
}

TEST(Summarize, TakesAnyStatusThatSomebodyEdited) {
  // A step that is done without its times: dereferenced before.
  for (const bool start : {false, true}) {
    auto scenario = Scenario().ready();
    StoreStatus edited = summary(scenario, {}, at(1s));
    for (auto& step : edited.steps) {
      step.finished_at.reset();
      if (!start) step.started_at.reset();
    }
    scenario.observed.store.status = edited;
    const auto status = summary(scenario, edited, at(2s));
    for (const auto& step : status.steps) {
      EXPECT_EQ(step.state, StepState::kDone);
      EXPECT_TRUE(step.started_at && step.finished_at);
    }
    EXPECT_FALSE(status_events(scenario.observed.store, {}, edited, at(2s)).empty());
    EXPECT_EQ(summary(scenario, status, at(3s)), status) << "and it is written once";
  }
}

TEST(Summarize, TextOfPodsIsCleanAndBounded) {
  auto scenario = Scenario().release();
  scenario.observed.pods[1].waiting_reason = "ImagePullBackOff";
  scenario.observed.pods[1].waiting_message = std::string(20'000, 'x') + std::string("\xff\0", 2);
  const auto status = summary(scenario, {}, at(1s));
  EXPECT_LE(status.failure->message.size(), FailureMessage::kMostCharacters + 2);
  const auto step = std::ranges::find(status.steps, StepState::kFailed, &Step::state);
  ASSERT_NE(step, status.steps.end());
  EXPECT_LE(step->message.size(), StepMessage::kMostCharacters + 2);
  EXPECT_EQ(parse_status(status_json(status)), status) << "what is read back is what was written";
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
  scenario.observed.desired.release_digest = 0xb2;
  const auto updating = summary(scenario, before, at(60s));
  EXPECT_EQ(updating.phase, Phase::kUpdating);
  scenario.observed.release->digest = 0xb2;
  scenario.observed.deployments[0].ready = false;
  scenario.observed.store.status = updating;
  EXPECT_EQ(summary(scenario, updating, at(61s)).phase, Phase::kUpdating);
}

TEST(Summarize, TellsOfSleepAndOfWaking) {
  const auto ready = summary(Scenario().ready(), {}, at(1s));
  auto scenario = Scenario().ready();
  auto& observed = scenario.observed;
  observed.store.spec.asleep = true;
  observed.store.status = ready;
  const auto ending = summary(scenario, ready, at(60s));
  EXPECT_EQ(ending.phase, Phase::kUpdating);
  observed.pods.clear();
  observed.ingresses.clear();
  observed.memory.route_answered_by.clear();
  auto status = summary(scenario, ending, at(61s));
  EXPECT_EQ(status.phase, Phase::kSleeping);
  EXPECT_FALSE(status.failure);
  for (const auto& condition : status.conditions)
    if (condition.type == "Progressing") EXPECT_FALSE(condition.status) << "nothing goes on";
  EXPECT_EQ(find_step(status.steps, StepName::kApplication)->state, StepState::kSkipped);
  EXPECT_EQ(find_step(status.steps, StepName::kCommerce)->state, StepState::kDone);
  EXPECT_EQ(summary(scenario, status, at(999s)), status) << "nothing is written while it sleeps";

  observed.store.spec.asleep = false;
  observed.store.status = status;
  observed.desired.release_digest = 0xb2;
  status = summary(scenario, status, at(1000s));
  EXPECT_EQ(status.phase, Phase::kUpdating);
  observed.release->digest = 0xb2;
  observed.stateful_sets[0].ready = observed.deployments[0].ready = false;
  status = summary(scenario, status, at(1001s));
  EXPECT_EQ(status.phase, Phase::kUpdating);
  EXPECT_EQ(find_step(status.steps, StepName::kDatabase)->started_at, at(1001s));
  status = summary(Scenario().ready(), status, at(1003s));
  EXPECT_EQ(status.phase, Phase::kReady);
  EXPECT_EQ(status.ready_seconds, ready.ready_seconds);
}

TEST(Summarize, AStoreThatWasMadeAsleepIsTimedFromItsWaking) {
  auto scenario = Scenario().release();
  auto& observed = scenario.observed;
  observed.store.spec.asleep = true;
  observed.pods.clear();
  auto status = summary(scenario, {}, at(1s));
  EXPECT_EQ(status.phase, Phase::kSleeping);
  EXPECT_FALSE(status.ready_seconds);
  observed.store.spec.asleep = false;
  observed.desired.release_digest = 0xb2;
  status = summary(scenario, status, at(1000s));
  EXPECT_EQ(status.phase, Phase::kProvisioning);
  status = summary(Scenario().ready(), status, at(1003s));
  EXPECT_EQ(status.ready_seconds, 3.0);
}

TEST(Summarize, RemembersTheLastTwoReleasesThatWereReady) {
  auto scenario = Scenario().ready();
  auto status = summary(scenario, {}, at(1s));
  ASSERT_EQ(status.releases.size(), 1U);
  EXPECT_EQ(status.releases[0].engine_version, "1");
  for (const auto* plan : {"medium", "large"}) {
    scenario.observed.store.spec.plan = plan;
    scenario.observed.deployments[0].ready = false;
    const auto before = status.releases;
    status = summary(scenario, status, at(2s));
    EXPECT_EQ(status.releases, before) << "it is not ready with that yet";
    scenario.observed.deployments[0].ready = true;
    status = summary(scenario, status, at(3s));
  }
  ASSERT_EQ(status.releases.size(), 2U);
  EXPECT_EQ(status.releases[0].plan, "large");
  EXPECT_EQ(status.releases[1].plan, "medium");
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
  ASSERT_EQ(events.size(), making_steps().size() + 1);
  EXPECT_EQ(events.front().reason, "StepFinished");
  EXPECT_EQ(events.back().reason, "PhaseChanged");
  EXPECT_EQ(events.back().duration_seconds, 2.0);
  EXPECT_TRUE(status_events(scenario.observed.store, after, after, at(3s)).empty());
}

TEST(Summarize, SaysThatAnUpgradeWaitsOrIsUnderWayUntilTheStoreIsBack) {
  auto scenario = Scenario().ready();
  const auto condition = [&](const StoreStatus& status) {
    const auto found = std::ranges::find(status.conditions, kUpgradingCondition, &Condition::type);
    if (found == status.conditions.end()) return std::string("none");
    return std::string(found->status ? "True " : "False ") + std::string(found->reason) + " " +
           std::string(found->message);
  };
  auto status = summary(scenario, {}, at(1s));
  EXPECT_EQ(condition(status), "none");
  scenario.observed.desired.release_digest = 0xa2;
  scenario.observed.engine.versions = {{"2", "tiny"}, {"1", "tiny"}};
  scenario.observed.wave = Wave{.held_by = "others are first"};
  status = summary(scenario, status, at(2s));
  EXPECT_EQ(status.phase, Phase::kReady) << "it serves as before";
  EXPECT_EQ(status.engine_version, "1") << "and by what it has";
  EXPECT_EQ(condition(status), "False Waiting others are first");
  scenario.observed.wave = Wave{};
  status = summary(scenario, status, at(3s));
  EXPECT_EQ(status.phase, Phase::kUpdating);
  EXPECT_EQ(condition(status), "True UnderWay ");
  scenario.observed.release->digest = 0xa2;
  status = summary(scenario, status, at(4s));
  EXPECT_EQ(status.phase, Phase::kReady);
  EXPECT_EQ(condition(status), "none");
}

}  // namespace
}  // namespace storefleet::store_operator
