#include "operator/decisions/decide.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operator/decisions/attempts.hpp"
#include "operator/decisions/facts.hpp"
#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::Scenario;
using testing::word;

struct Row {
  const char* state;
  Scenario scenario;
  StepName step;
  const char* next;
};

TEST(Decide, GoesThroughACreateInOrder) {
  const std::vector<Row> rows = {
      {"new", Scenario(), StepName::kHosts, "AddFinalizer"},
      {"finalizer", Scenario().finalizer(), StepName::kHosts, "Admit"},
      {"admitted", Scenario().admitted(), StepName::kHosts, "ClaimHosts"},
      {"hosts", Scenario().hosts(), StepName::kNamespace, "CreateNamespace"},
      {"namespace", Scenario().name_space(), StepName::kNamespace, "Bind"},
      {"bound", Scenario().bound(), StepName::kPolicies, "ApplyPolicies"},
      {"quota not filled", Scenario().policies(false), StepName::kPolicies, "EnsureSecrets"},
      {"policies", Scenario().policies(), StepName::kSecrets, "EnsureSecrets"},
      {"secrets", Scenario().secrets(), StepName::kRelease, "InstallRelease"},
      {"release", Scenario().release(), StepName::kDatabase, "Waiting"},
      {"web runs", Scenario().web_running(), StepName::kDatabase, "ConfigureSite"},
      {"workloads", Scenario().workloads(), StepName::kSite, "ConfigureSite"},
      {"site", Scenario().site(), StepName::kRoute, "ProbeRoute"},
      {"route", Scenario().route(), StepName::kCommerce, "ProbeCommerce"},
      {"ready", Scenario().ready(), StepName::kCommerce, "Settled"},
  };
  for (const auto& row : rows) {
    const auto decision = decide(row.scenario.observed, at(1s));
    EXPECT_EQ(word(decision), row.next) << row.state;
    EXPECT_EQ(to_string(decision.step), to_string(row.step)) << row.state;
    EXPECT_FALSE(decision.problem) << row.state;
  }
}

TEST(Decide, AnOldNamespaceThatStillGoesIsWaitedForAndNamed) {
  auto scenario = Scenario().name_space();
  scenario.observed.ns->terminating = true;
  const auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Waiting");
  EXPECT_EQ(decision.step, StepName::kNamespace);
  ASSERT_TRUE(decision.problem);
  EXPECT_EQ(decision.problem->code, FailureCode::kNamespaceTerminating);
  EXPECT_EQ(decision.problem->message, "store-0123456789 is being deleted.");
}

TEST(Decide, NoStoreIsMadeWhereStoresReachEachOther) {
  auto fresh = Scenario().hosts();
  fresh.observed.isolation_hold = IsolationHold{.settled = true, .why = "it arrived"};
  auto decision = decide(fresh.observed, at(1s));
  EXPECT_EQ(word(decision), "Waiting");
  EXPECT_EQ(decision.step, StepName::kNamespace);
  ASSERT_TRUE(decision.problem);
  EXPECT_EQ(decision.problem->code, FailureCode::kIsolationNotEnforced);
  EXPECT_EQ(decision.problem->message, "it arrived");

  fresh.observed.isolation_hold->settled = false;
  decision = decide(fresh.observed, at(1s));
  EXPECT_EQ(word(decision), "Waiting");
  EXPECT_FALSE(decision.problem) << "the first look is still to come";

  fresh.observed.isolation_hold.reset();
  EXPECT_EQ(word(decide(fresh.observed, at(1s))), "CreateNamespace");

  auto made = Scenario().name_space();
  made.observed.isolation_hold = IsolationHold{.settled = true, .why = "it arrived"};
  EXPECT_EQ(word(decide(made.observed, at(1s))), "Bind") << "one that exists goes on";
}

/// As after `failures` tries to be admitted, the last one at 1 s.
Scenario refused_admission(ErrorCode code, int failures = 1) {
  auto scenario = Scenario().finalizer();
  scenario.observed.memory.attempts[ActionKind::kAdmit] = {failures, at(1s), Error{code, "why not"}};
  return scenario;
}

TEST(Decide, NothingIsMadeForAStoreThatIsNotAdmitted) {
  const auto over_quota = refused_admission(ErrorCode::kForbidden);
  auto decision = decide(over_quota.observed, at(2s));
  EXPECT_EQ(word(decision), "Waiting");
  EXPECT_EQ(decision.problem->code, FailureCode::kTeamQuotaExceeded);
  EXPECT_EQ(decision.problem->message, "why not");
  EXPECT_EQ(word(decide(over_quota.observed, at(16s))), "Admit") << "another store may have gone";

  decision = decide(refused_admission(ErrorCode::kNotFound).observed, at(2s));
  EXPECT_EQ(word(decision), "Waiting");
  EXPECT_EQ(decision.problem->code, FailureCode::kUnknownTeam);

  EXPECT_FALSE(decide(refused_admission(ErrorCode::kUnavailable).observed, at(1s)).problem);
  EXPECT_EQ(decide(refused_admission(ErrorCode::kUnavailable, 12).observed, at(1s)).problem->code,
            FailureCode::kDeadlineExceeded);
}

TEST(Decide, AdmissionIsForAPlanAndOutlivesTheProcess) {
  auto scenario = Scenario().ready();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
  scenario.observed.quota_claim.storage_bytes *= 2;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Admit") << "another plan";

  auto& store = scenario.observed.store;
  scenario.observed.memory.admitted.reset();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Admit") << "nobody says that it was admitted";
  store.status.conditions = {{std::string(kAdmittedCondition), true, "WithinQuota", "", at(0s)}};
  store.status.observed_generation = store.generation;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
  store.generation += 1;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Admit") << "the spec is another one since";
}

TEST(Decide, WaitsForTheQuotaBeforeTheRelease) {
  auto scenario = Scenario().policies(false);
  scenario.observed.secrets = Scenario().secrets().observed.secrets;
  scenario.observed.admin_secret = Scenario().secrets().observed.admin_secret;
  scenario.observed.kept_secret = Scenario().secrets().observed.kept_secret;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Waiting");
}

TEST(Decide, AppliesTheIngressOnceTheSiteIsConfigured) {
  auto scenario = Scenario().workloads();
  scenario.observed.memory.site_applied = "s1";
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ApplyIngress");
}

TEST(Decide, GoesThroughADeleteInOrder) {
  const auto deleting = [](Scenario scenario) { return scenario.deleting(); };
  auto uninstalled = deleting(Scenario().ready());
  uninstalled.observed.ingresses.clear();
  EXPECT_EQ(word(decide(deleting(Scenario().ready()).observed, at(1s))), "DeleteIngress");
  EXPECT_EQ(word(decide(uninstalled.observed, at(1s))), "UninstallRelease");
  auto& observed = uninstalled.observed;
  observed.memory.uninstalled = true;
  EXPECT_EQ(word(decide(observed, at(1s))), "DeleteVolumes");
  observed.volume_claims[0].deleting = true;
  EXPECT_EQ(word(decide(observed, at(1s))), "DeleteNamespace");
  observed.ns->terminating = true;
  EXPECT_EQ(decide(observed, at(1s)).step, StepName::kDeleteVolumes);
  observed.volume_claims.clear();
  EXPECT_EQ(decide(observed, at(1s)).step, StepName::kDeleteVolumes) << "the volume is still there";
  observed.volumes[0].retained = true;
  EXPECT_EQ(decide(observed, at(1s)).step, StepName::kDeleteNamespace)
      << "a retained volume is not waited for";
  EXPECT_EQ(word(decide(observed, at(1s))), "Waiting");
  observed.ns.reset();
  EXPECT_EQ(word(decide(observed, at(1s))), "VerifyGone");
  observed.memory.verified_gone = true;
  EXPECT_EQ(word(decide(observed, at(1s))), "ReleaseHosts");
  observed.claimed_hosts.clear();
  EXPECT_EQ(word(decide(observed, at(1s))), "SaveReceipt");
  observed.memory.receipt_saved = true;
  EXPECT_EQ(word(decide(observed, at(1s))), "ReleaseQuota");
  observed.memory.quota_released = true;
  EXPECT_EQ(word(decide(observed, at(1s))), "RemoveFinalizer");
}

TEST(Decide, DeletesAtEveryPointOfACreate) {
  for (auto scenario : {Scenario().finalizer(), Scenario().hosts(), Scenario().name_space(),
                        Scenario().secrets(), Scenario().release(), Scenario().site()}) {
    const auto decision = decide(scenario.deleting().observed, at(1s));
    EXPECT_TRUE(std::holds_alternative<Action>(decision.next)) << word(decision);
  }
}

TEST(Decide, DeletesANamespaceThatTheOperatorWasNotBoundInYet) {
  EXPECT_EQ(word(decide(Scenario().name_space().deleting().observed, at(1s))), "DeleteNamespace");
}

TEST(Decide, ADatabaseThatIsDownDoesNotKeepAStore) {
  auto scenario = Scenario().finalizer().deleting();
  scenario.observed.memory.verified_gone = true;
  const Attempt failed{.failures = 8, .at = at(0s), .error = Error{ErrorCode::kUnavailable, "down"}};
  scenario.observed.memory.attempts[ActionKind::kSaveReceipt] = failed;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ReleaseQuota");
  scenario.observed.memory.attempts[ActionKind::kReleaseQuota] = failed;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "RemoveFinalizer");
}

TEST(Decide, AReleaseThatHelmCannotTakeAwayGoesWithItsNamespace) {
  auto scenario = Scenario().ready().deleting();
  scenario.observed.ingresses.clear();
  auto& attempts = scenario.observed.memory.attempts;
  attempts[ActionKind::kUninstallRelease] = {.failures = 2, .at = at(-60s), .error = Error{}};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "UninstallRelease");
  attempts[ActionKind::kUninstallRelease].failures = 3;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteVolumes");
  scenario.observed.volume_claims[0].deleting = true;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteNamespace");
}

/// As observe() gives a store that was deleted with deletionPolicy Retain.
Scenario retained(Scenario scenario) {
  scenario.deleting();
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kRetain;
  scenario.observed.store.spec.asleep = true;
  return scenario;
}

TEST(Decide, RetainStopsAndKeepsEverything) {
  auto scenario = retained(Scenario().ready());
  scenario.observed.release->digest = 0xb2;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease") << "without replicas";
  scenario = retained(Scenario().ready());
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress");
  scenario.observed.ingresses.clear();
  scenario.observed.pods.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
  EXPECT_TRUE(claims_to_release(scenario.observed).empty()) << "its hosts stay its own";
}

TEST(Decide, ARetainedStoreGoesOnceItsPolicySaysSo) {
  auto scenario = retained(Scenario().ready());
  scenario.observed.store.spec.deletion_policy = DeletionPolicy::kDelete;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress");
  scenario.observed.ingresses.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "UninstallRelease");
}

TEST(Decide, ARetainedStoreOutOfSightIsLookedForAndNotTakenDown) {
  auto scenario = retained(Scenario().ready());
  scenario.observed.ns.reset();  // somebody took its label away
  scenario.observed.volumes.clear();
  scenario.observed.volume_claims.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "VerifyGone") << "the API server knows";
}

TEST(Decide, ARetainedStoreIsStoppedWhateverElseIsWrong) {
  auto scenario = retained(Scenario().ready());
  scenario.observed.spec_error = Error{ErrorCode::kInvalidArgument, "no such plan", Reason::kUnknownPlan};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress");
  scenario = retained(Scenario().ready());
  scenario.observed.release->digest = 0xb2;
  scenario.observed.hosts[0].claim->store_uid = "uid-2";
  scenario.observed.store.status.conditions.clear();
  scenario.observed.memory.admitted.reset();
  scenario.observed.store.generation = 7;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease")
      << "its host is another's, and its place is not asked for again";
}

TEST(Decide, ATeardownThatHasBegunGoesOn) {
  auto scenario = retained(Scenario().ready());
  scenario.observed.ingresses.clear();
  scenario.observed.store.status.phase = Phase::kDeleting;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "UninstallRelease") << "its policy was Delete until now";
  scenario.observed.store.status.phase = Phase::kReady;
  scenario.observed.memory.uninstalled = true;
  scenario.observed.volume_claims.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteNamespace");
}

TEST(Decide, NothingIsMadeOfADeletedStoreThatHasNothingToRetain) {
  auto scenario = retained(Scenario().finalizer());
  scenario.observed.memory.verified_gone = true;
  scenario.observed.memory.receipt_saved = true;
  scenario.observed.memory.quota_released = true;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "RemoveFinalizer");
  scenario = retained(Scenario().ready());
  scenario.observed.ns->terminating = true;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress") << "somebody deleted its namespace";
}

TEST(Decide, BlocksOnASpecThatCannotWork) {
  auto scenario = Scenario().finalizer();
  scenario.observed.spec_error = Error{ErrorCode::kInvalidArgument, "no such engine", Reason::kUnknownEngine};
  const auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Blocked");
  EXPECT_EQ(decision.problem->code, FailureCode::kUnknownEngine);
}

TEST(Decide, NamesTheOwnerOfATakenHost) {
  const auto decision = decide(Scenario().hosts("uid-2").observed, at(1s));
  EXPECT_EQ(decision.problem->code, FailureCode::kHostConflict);
  EXPECT_NE(decision.problem->message.find("other"), std::string::npos);
}

Scenario with_refused_host(Scenario scenario) {
  scenario.observed.refused_hosts = {
      {ErrorCode::kInvalidArgument, "'storefleet.localhost' belongs to the platform", Reason::kHostConflict}};
  return scenario;
}

TEST(Decide, BeginsNothingForAStoreWithAHostThatIsNotItsToHave) {
  const auto decision = decide(with_refused_host(Scenario().finalizer()).observed, at(1s));
  EXPECT_EQ(word(decision), "Blocked");
  EXPECT_EQ(decision.problem->code, FailureCode::kHostConflict);
  EXPECT_NE(decision.problem->message.find("the platform"), std::string::npos);
}

TEST(Decide, AStoreGoesOnWithoutAHostThatIsNotItsToHave) {
  auto scenario = with_refused_host(Scenario().ready());
  auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Blocked");
  EXPECT_EQ(decision.problem->code, FailureCode::kHostConflict);
  scenario.observed.network_policies.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ApplyPolicies") << "what somebody deleted comes back";

  scenario = with_refused_host(Scenario().ready());
  scenario.observed.claimed_hosts.push_back({"storefleet.localhost", HostClaimView{"h2", "uid-1", "demo"}});
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ReleaseHosts");
  scenario.observed.ingresses.front().fingerprint = 99;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ApplyIngress");
  scenario.observed.pods.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress") << "nothing could make it anew";

  scenario = with_refused_host(Scenario().ready());
  scenario.observed.store.spec.asleep = true;
  scenario.observed.pods.clear();
  scenario.observed.ingresses.clear();
  decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Settled") << "it sleeps, and says what is wrong";
  EXPECT_EQ(decision.problem->code, FailureCode::kHostConflict);
}

TEST(Decide, AStoreWhoseNameIsThePlatformsServesNothing) {
  auto scenario = Scenario().ready();
  scenario.observed.spec_error = Error{ErrorCode::kInvalidArgument, "its address", Reason::kInvalidName};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress");
  scenario.observed.ingresses.clear();
  const auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Blocked");
  EXPECT_EQ(decision.problem->code, FailureCode::kHostConflict);
}

TEST(Decide, ReinstallsWhenTheReleaseDiffers) {
  auto scenario = Scenario().ready();
  scenario.observed.desired.release_digest = 0xb2;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease");
}

TEST(Decide, ReleasesAHostThatIsNoLongerWantedOnceTheIngressIsWithoutIt) {
  auto scenario = Scenario().ready();
  scenario.observed.claimed_hosts.push_back({"old.test", HostClaimView{"h2", "uid-1", "demo"}});
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ReleaseHosts");
  const auto released = claims_to_release(scenario.observed);
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released.front().host, "old.test");
  scenario.observed.ingresses.front().fingerprint = 99;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ApplyIngress");
}

TEST(Decide, BringsBackAWorkloadThatSomebodyDeleted) {
  auto scenario = Scenario().ready();
  scenario.observed.deployments.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "RepairRelease");
}

TEST(Decide, ReplacesAPodThatAStatefulSetWouldKeepForEver) {
  auto scenario = Scenario().release();
  scenario.observed.stateful_sets[0].update_revision = "new";
  scenario.observed.pods[0].stateful_set = "database";
  scenario.observed.pods[0].revision = "new";
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Waiting");
  scenario.observed.pods[0].revision = "old";
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ReplacePods");
  scenario.observed.pods[0].ready = true;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Waiting") << "the StatefulSet rolls ready pods itself";
}

TEST(Decide, ProbesTheRouteToANewPod) {
  auto scenario = Scenario().ready();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
  scenario.observed.pods[1].uid = "p9";
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ProbeRoute");
}

TEST(Decide, KeepsAStoreReadyOverARestart) {
  auto scenario = Scenario().site();
  scenario.observed.store.status.ready_seconds = 2.0;
  scenario.observed.store.status.steps = {{.name = StepName::kRoute, .state = StepState::kDone},
                                          {.name = StepName::kCommerce, .state = StepState::kDone}};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
}

TEST(Decide, PausesAfterAFailureAndAfterASuccessThatDoesNotShowYet) {
  auto scenario = Scenario().secrets();
  auto& attempt = scenario.observed.memory.attempts[ActionKind::kInstallRelease];
  attempt = {.failures = 1, .at = at(1000ms), .error = Error{ErrorCode::kUnavailable, "reset"}};
  EXPECT_EQ(word(decide(scenario.observed, at(1010ms))), "Waiting");
  EXPECT_EQ(word(decide(scenario.observed, at(1026ms))), "InstallRelease");
  attempt = {.failures = 0, .at = at(1000ms)};
  EXPECT_EQ(word(decide(scenario.observed, at(1500ms))), "Waiting");
  EXPECT_EQ(word(decide(scenario.observed, at(2000ms))), "InstallRelease");
}

TEST(RetryPause, GrowsToACeiling) {
  EXPECT_EQ(retry_pause(ActionKind::kInstallRelease, 1), 25ms);
  EXPECT_EQ(retry_pause(ActionKind::kInstallRelease, 3), 100ms);
  EXPECT_EQ(retry_pause(ActionKind::kInstallRelease, 100), 30s);
  EXPECT_EQ(retry_pause(ActionKind::kProbeRoute, 15), 40ms);
  EXPECT_EQ(retry_pause(ActionKind::kProbeRoute, 100), 1s);
}

TEST(Decide, AStoreSleepsOnceItsPodsAreGone) {
  auto scenario = Scenario().ready();
  scenario.observed.store.spec.asleep = true;
  scenario.observed.desired.release_digest = 0xb2;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease");
  scenario.observed.release->digest = 0xb2;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress") << "its hosts lead to our page now";
  scenario.observed.ingresses.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Waiting") << "the pods end";
  scenario.observed.pods.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
  EXPECT_FALSE(decide(scenario.observed, at(1000s)).problem) << "no pod is no failure";
  scenario.observed.pods = {{.name = "web-evicted", .ended = true}};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled") << "what has ended stays, and runs no more";
  scenario.observed.pods.front().deleting = true;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Waiting");
  scenario.observed.deployments.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "RepairRelease");
}

TEST(Decide, PodsThatDoNotEndAreAProblemInTheEnd) {
  auto scenario = Scenario().ready();
  scenario.observed.store.spec.asleep = true;
  scenario.observed.store.status.steps = {
      {.name = StepName::kRelease, .state = StepState::kDone, .finished_at = at(0s)}};
  EXPECT_FALSE(decide(scenario.observed, at(80s)).problem);
  EXPECT_EQ(decide(scenario.observed, at(100s)).problem->code, FailureCode::kDeadlineExceeded);
  scenario.observed.memory.attempts[ActionKind::kInstallRelease] = {
      .failures = 0, .at = at(95s), .error = {}};
  EXPECT_FALSE(decide(scenario.observed, at(100s)).problem) << "that was the release before";
}

TEST(Decide, AStoreThatSleepsGivesBackTheHostsThatItGaveUp) {
  auto scenario = Scenario().ready();
  scenario.observed.store.spec.asleep = true;
  scenario.observed.pods.clear();
  scenario.observed.claimed_hosts.push_back({"shop.example.com", scenario.observed.hosts[0].claim});
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteIngress");
  scenario.observed.ingresses.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ReleaseHosts");
  scenario.observed.claimed_hosts.pop_back();
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
}

TEST(Decide, AStoreThatWakesIsProbedAgain) {
  auto scenario = Scenario().ready();
  scenario.observed.memory.route_answered_by.clear();  // as after it slept
  scenario.observed.store.status.ready_seconds = 2;
  scenario.observed.store.status.steps = {{.name = StepName::kRoute, .state = StepState::kSkipped}};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "ProbeRoute");
  scenario.observed.store.status.steps.front().state = StepState::kDone;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled") << "as after a restart of this process";
}

TEST(Decide, AStoreExpiresWhateverItsState) {
  for (auto scenario : {Scenario().finalizer(), Scenario().release(), Scenario().ready()}) {
    scenario.observed.store.spec.expires_at = at(10s);
    EXPECT_NE(word(decide(scenario.observed, at(9s))), "Expire");
    EXPECT_EQ(word(decide(scenario.observed, at(10s))), "Expire");
    scenario.observed.spec_error = Error{ErrorCode::kInvalidArgument, "no such plan", Reason::kUnknownPlan};
    EXPECT_EQ(word(decide(scenario.observed, at(10s))), "Expire");
    scenario.observed.store.spec.deletion_policy = DeletionPolicy::kRetain;
    EXPECT_NE(word(decide(scenario.observed, at(10s))), "Expire")
        << "nobody could look after what is retained";
    scenario.observed.store.spec.deletion_policy = DeletionPolicy::kDelete;
    scenario.deleting();
    EXPECT_NE(word(decide(scenario.observed, at(10s))), "Expire") << "it goes already";
  }
}

}  // namespace
}  // namespace storefleet::store_operator
