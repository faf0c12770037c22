#include "operator/decisions/diagnose.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "operator/decisions/steps.hpp"
#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::Scenario;

std::string code_of(const std::optional<StoreProblem>& problem) {
  return problem ? std::string(to_string(problem->code)) : "none";
}

TEST(Diagnose, SaysAtOnceWhatIsCertain) {
  auto scenario = Scenario().release();
  auto& pod = scenario.observed.pods[1];
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kApplication, at(1s))), "none");
  pod.waiting_reason = "ErrImageNeverPull";
  pod.waiting_message = "not there";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kApplication, at(1s))), "ImagePullFailed");
  pod.waiting_reason = "ContainerCreating";
  pod.unschedulable = "0/1 nodes are available: 1 Insufficient memory.";
  scenario.observed.store.status.steps = {
      {.name = StepName::kDatabase, .state = StepState::kRunning, .started_at = at(0s)}};
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kDatabase, at(1s))), "none")
      << "its volume may be on the way";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kDatabase, at(16s))), "Unschedulable");
  scenario.observed.volume_claims[0].bound = false;
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kDatabase, at(16s))), "VolumeNotBound");
  scenario.observed.volume_claims[0].bound = true;
  pod.unschedulable.clear();
  pod.restarts = 2;
  pod.crashed_container = "php";
  pod.last_exit = "exit code 1 (Error)";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kApplication, at(1s))), "ApplicationCrashed");
}

TEST(Diagnose, NamesTheQuotaThatAPodCannotBeMadeFor) {
  auto scenario = Scenario().release();
  scenario.observed.store.status.steps = {
      {.name = StepName::kDatabase, .state = StepState::kRunning, .started_at = at(0s)}};
  scenario.observed.pods.clear();
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kDatabase, at(20s))), "none");
  scenario.observed.quotas[0].used_up = "pods (1 of 1)";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kDatabase, at(5s))), "none")
      << "it is only just made";
  auto problem = diagnose(scenario.observed, StepName::kDatabase, at(20s));
  EXPECT_EQ(code_of(problem), "NamespaceQuotaExceeded");
  EXPECT_NE(problem->message.find("pods (1 of 1)"), std::string::npos) << problem->message;
  scenario = Scenario().release();
  scenario.observed.store.status.steps = {
      {.name = StepName::kApplication, .state = StepState::kRunning, .started_at = at(0s)}};
  scenario.observed.pods[0].stateful_set = "database";
  scenario.observed.quotas[0].used_up = "pods (1 of 1)";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kApplication, at(20s))), "none")
      << "it has its pod";
  auto& why = scenario.observed.deployments[0].replica_failure;
  why =
      R"(pods "web-1" is forbidden: exceeded quota: store, requested: pods=1, used: pods=1, limited: pods=1)";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kApplication, at(20s))), "NamespaceQuotaExceeded");
  why = R"(pods "web-1" is forbidden: violates PodSecurity "restricted:latest")";
  problem = diagnose(scenario.observed, StepName::kApplication, at(20s));
  EXPECT_EQ(code_of(problem), "ApplicationNotReady");
  EXPECT_NE(problem->message.find("PodSecurity"), std::string::npos) << problem->message;
}

TEST(Diagnose, NamesWhatKeepsANamespace) {
  auto scenario = Scenario().bound().deleting();
  scenario.observed.ns->terminating = true;
  scenario.observed.store.status.steps = {
      {.name = StepName::kDeleteNamespace, .state = StepState::kRunning, .started_at = at(0s)}};
  scenario.observed.ns->kept_by = "Discovery failed for some groups: metrics.k8s.io/v1beta1";
  EXPECT_FALSE(diagnose_teardown(scenario.observed, StepName::kDeleteNamespace, at(15s)))
      << "it may be going";
  const auto problem = diagnose_teardown(scenario.observed, StepName::kDeleteNamespace, at(25s));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->message.find("metrics.k8s.io"), std::string::npos) << problem->message;
}

TEST(Diagnose, ADatabaseThatCrashesIsTheCause) {
  auto scenario = Scenario().release();
  for (auto& pod : scenario.observed.pods) pod.restarts = 2;
  std::ranges::reverse(scenario.observed.pods);
  const auto problem = diagnose(scenario.observed, StepName::kDatabase, at(1s));
  EXPECT_EQ(code_of(problem), "DatabaseNotReady");
  EXPECT_NE(problem->message.find("database-0"), std::string::npos);
}

TEST(Diagnose, AStepThatOpensAgainIsNotLate) {
  auto scenario = Scenario().ready();
  scenario.observed.store.status.steps = {
      {.name = StepName::kPolicies, .state = StepState::kDone, .started_at = at(0s), .finished_at = at(1s)}};
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kPolicies, at(3600s))), "none");
}

TEST(Diagnose, CitesTheLogOfACrash) {
  auto scenario = Scenario().release();
  auto& pod = scenario.observed.pods[1];
  pod.restarts = 3;
  EXPECT_TRUE(wants_log(scenario.observed));
  scenario.observed.memory.evidence_of = evidence_key(pod);
  scenario.observed.memory.evidence = "PHP Fatal error";
  EXPECT_FALSE(wants_log(scenario.observed));
  const auto problem = diagnose(scenario.observed, StepName::kApplication, at(1s));
  EXPECT_NE(problem->message.find("PHP Fatal error"), std::string::npos);
}

struct LateRow {
  StepName step;
  const char* code;
};

TEST(Diagnose, BlamesTheStepWhenItsDeadlineHasPassed) {
  for (const auto& [step, code] :
       {LateRow{StepName::kDatabase, "DatabaseNotReady"},
        LateRow{StepName::kApplication, "ApplicationNotReady"},
        LateRow{StepName::kSite, "ApplicationNotReady"}, LateRow{StepName::kRoute, "RouteNotServing"},
        LateRow{StepName::kCommerce, "CommerceCheckFailed"},
        LateRow{StepName::kNamespace, "DeadlineExceeded"}}) {
    auto scenario = Scenario().release();
    scenario.observed.store.status.steps = {
        {.name = step, .state = StepState::kRunning, .started_at = at(0s)}};
    EXPECT_EQ(code_of(diagnose(scenario.observed, step, at(making_step(step).deadline))), "none");
    EXPECT_EQ(code_of(diagnose(scenario.observed, step, at(making_step(step).deadline + 1ms))), code);
  }
}

TEST(Diagnose, BlamesAnUnboundVolume) {
  auto scenario = Scenario().release();
  scenario.observed.volume_claims[0].bound = false;
  scenario.observed.store.status.steps = {
      {.name = StepName::kDatabase, .state = StepState::kRunning, .started_at = at(0s)}};
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kDatabase, at(181s))), "VolumeNotBound");
}

TEST(Diagnose, ReportsHelmAtOnceWhereItCannotSucceed) {
  auto scenario = Scenario().secrets();
  auto& attempt = scenario.observed.memory.attempts[ActionKind::kInstallRelease];
  attempt = {.failures = 1, .at = at(0s), .error = Error{ErrorCode::kInternal, "timeout"}};
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kRelease, at(1s))), "none");
  attempt.error->code = ErrorCode::kInvalidArgument;
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kRelease, at(1s))), "ReleaseFailed");
}

TEST(Diagnose, SaysThatTheClusterIsAway) {
  auto scenario = Scenario().hosts();
  scenario.observed.store.status.steps = {
      {.name = StepName::kNamespace, .state = StepState::kRunning, .started_at = at(0s)}};
  scenario.observed.memory.attempts[ActionKind::kCreateNamespace] = {
      .failures = 3, .at = at(0s), .error = Error{ErrorCode::kUnavailable, "refused"}};
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kNamespace, at(1s))), "none")
      << "it may just restart";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kNamespace, at(11s))), "ClusterUnreachable");
}

TEST(DiagnoseTeardown, NamesWhatIsLeft) {
  auto scenario = Scenario().release().deleting();
  scenario.observed.store.status.steps = {
      {.name = StepName::kDeleteVolumes, .state = StepState::kRunning, .started_at = at(0s)}};
  const auto problem = diagnose_teardown(scenario.observed, StepName::kDeleteVolumes, at(91s));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->message.find("pod/web-1"), std::string::npos);
}

TEST(Diagnose, PodsOfTheOldReleaseSayNothingOfTheNewOne) {
  auto scenario = Scenario().release();
  scenario.observed.pods[1].waiting_reason = "ImagePullBackOff";
  EXPECT_EQ(code_of(diagnose(scenario.observed, StepName::kApplication, at(1s))), "ImagePullFailed");
  EXPECT_FALSE(diagnose(scenario.observed, StepName::kRelease, at(1s)));
}

}  // namespace
}  // namespace storefleet::store_operator
