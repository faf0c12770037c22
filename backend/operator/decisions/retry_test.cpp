#include "operator/decisions/retry.hpp"

#include <gtest/gtest.h>

#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::Scenario;
using testing::word;

void ask(Scenario& scenario, const std::string& value) {
  scenario.observed.store.annotations[std::string(annotation_of(StoreRequest::kRetry))] = value;
}

/// A release that failed often just now.
Scenario failing_release() {
  auto scenario = Scenario().secrets();
  scenario.observed.memory.attempts[ActionKind::kInstallRelease] = {9, at(100s),
                                                                    Error{ErrorCode::kInternal, "no chart"}};
  scenario.observed.memory.attempts[ActionKind::kEnsureSecrets] = {0, at(1s), std::nullopt};
  return scenario;
}

TEST(Retry, DropsThePauseAfterFailures) {
  auto scenario = failing_release();
  auto& memory = scenario.observed.memory;
  ASSERT_TRUE(std::holds_alternative<Waiting>(decide(scenario.observed, at(101s)).next));
  ask(scenario, format_time(at(101s)));
  EXPECT_TRUE(take_retry_request(scenario.observed.store, memory));
  const auto decision = decide(scenario.observed, at(101s));
  const auto* action = std::get_if<Action>(&decision.next);
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->kind, ActionKind::kInstallRelease);
  EXPECT_TRUE(memory.attempts.contains(ActionKind::kEnsureSecrets)) << "what succeeded stays known";
}

TEST(Retry, NoPauseIsAsLongAsTheClockWasWrong) {
  auto scenario = failing_release();
  const auto decision = decide(scenario.observed, at(100s - 1h));
  ASSERT_TRUE(std::holds_alternative<Action>(decision.next)) << "the clock was set back by an hour";
  scenario.observed.memory.attempts.at(ActionKind::kInstallRelease).at = at(100s) + 300us;
  EXPECT_TRUE(std::holds_alternative<Waiting>(decide(scenario.observed, at(100s)).next))
      << "the time of a decision is a whole millisecond";
  auto asking = Scenario().finalizer();
  asking.observed.memory.attempts[ActionKind::kAdmit] = {1, at(100s),
                                                         Error{ErrorCode::kForbidden, "no place"}};
  EXPECT_TRUE(std::holds_alternative<Waiting>(decide(asking.observed, at(101s)).next));
  EXPECT_TRUE(std::holds_alternative<Action>(decide(asking.observed, at(100s - 1h)).next));
}

TEST(Retry, EachValueIsHeededOnce) {
  auto scenario = failing_release();
  auto& memory = scenario.observed.memory;
  EXPECT_FALSE(take_retry_request(scenario.observed.store, memory)) << "nobody asked";
  ask(scenario, "now, please");
  EXPECT_TRUE(take_retry_request(scenario.observed.store, memory));
  memory.attempts[ActionKind::kInstallRelease].failures = 1;
  EXPECT_FALSE(take_retry_request(scenario.observed.store, memory));
  EXPECT_EQ(memory.attempts.at(ActionKind::kInstallRelease).failures, 1);
  ask(scenario, "again");
  EXPECT_TRUE(take_retry_request(scenario.observed.store, memory));
  scenario.observed.store.annotations.clear();
  EXPECT_FALSE(take_retry_request(scenario.observed.store, memory));
}

TEST(Retry, StartsTheStepsClockAgain) {
  auto scenario = Scenario().release();
  scenario.observed.store.status.steps = {
      {.name = StepName::kDatabase, .state = StepState::kFailed, .started_at = at(0s)}};
  ASSERT_TRUE(decide(scenario.observed, at(200s)).problem);
  ask(scenario, format_time(at(190s)));
  EXPECT_FALSE(decide(scenario.observed, at(200s)).problem);
  EXPECT_TRUE(decide(scenario.observed, at(371s)).problem) << "its deadline counts from the retry on";
  ask(scenario, format_time(at(900s)));
  EXPECT_TRUE(decide(scenario.observed, at(200s)).problem) << "a time to come is not yet";
}

TEST(Retry, AnotherSpecIsTriedAtOnceAndNotBlamedForTheLastOne) {
  auto scenario = Scenario().secrets();
  auto& memory = scenario.observed.memory;
  take_generation(scenario.observed.store, memory);
  memory.attempts[ActionKind::kInstallRelease] = {
      .failures = 5, .at = at(1s), .error = Error{ErrorCode::kInvalidArgument, "it cannot grow"}};
  take_generation(scenario.observed.store, memory);
  EXPECT_TRUE(decide(scenario.observed, at(1s)).problem) << "the same wish";
  ++scenario.observed.store.generation;
  take_generation(scenario.observed.store, memory);
  const auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "InstallRelease");
  EXPECT_FALSE(decision.problem);
}

}  // namespace
}  // namespace storefleet::store_operator
