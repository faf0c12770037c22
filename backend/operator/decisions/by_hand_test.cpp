#include <array>

#include <gtest/gtest.h>

#include "operator/decisions/testing.hpp"

/// What is decided when somebody has changed a store's objects by hand.
namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::Scenario;
using testing::word;

/// What a person may do to a store that serves, and what is done about it first.
struct ByHand {
  std::string_view what;
  std::string_view then;
  void (*change)(store_operator::Observed&);
};

constexpr auto kByHand = std::to_array<ByHand>({
    {"a policy is deleted", "ApplyPolicies", [](auto& seen) { seen.network_policies.clear(); }},
    {"a policy is opened", "ApplyPolicies", [](auto& seen) { seen.network_policies[0].fingerprint = 1; }},
    {"the quota is raised", "ApplyPolicies", [](auto& seen) { seen.quotas[0].fingerprint = 1; }},
    {"a limit is changed", "ApplyPolicies", [](auto& seen) { seen.limits[0].fingerprint = 1; }},
    {"a binding is changed", "Bind", [](auto& seen) { seen.bindings[0].fingerprint = 1; }},
    {"Pod Security is lowered", "LabelNamespace", [](auto& seen) { seen.ns->marks = 1; }},
    {"an Ingress is changed", "ConfigureSite",
     [](auto& seen) {
       seen.ingresses[0].fingerprint = 1;
       seen.memory.site_applied.clear();
     }},
    {"a Deployment is changed", "RepairRelease", [](auto& seen) { seen.deployments[0].fingerprint = 1; }},
    {"a Deployment is deleted", "RepairRelease", [](auto& seen) { seen.deployments.clear(); }},
    {"a StatefulSet is changed", "RepairRelease", [](auto& seen) { seen.stateful_sets[0].fingerprint = 1; }},
    {"a Service is changed", "RepairRelease", [](auto& seen) { seen.services[0].fingerprint = 1; }},
    {"a Service is deleted", "RepairRelease", [](auto& seen) { seen.services.clear(); }},
    {"a Service is being deleted", "RepairRelease", [](auto& seen) { seen.services[0].deleting = true; }},
    {"the record is deleted", "InstallRelease", [](auto& seen) { seen.release.reset(); }},
    {"the record is another's", "InstallRelease", [](auto& seen) { seen.release->digest = 0; }},
    {"a Secret is deleted", "EnsureSecrets", [](auto& seen) { seen.secrets.reset(); }},
    {"a Secret is changed", "EnsureSecrets", [](auto& seen) { seen.secrets->content = 1; }},
    {"the admin's Secret is changed", "EnsureSecrets", [](auto& seen) { seen.admin_secret->content = 1; }},
    {"the kept Secret is changed", "EnsureSecrets", [](auto& seen) { seen.kept_secret->content = 9; }},
    {"the kept Secret is deleted", "EnsureSecrets", [](auto& seen) { seen.kept_secret.reset(); }},
    {"the finalizer is removed", "AddFinalizer", [](auto& seen) { seen.store.finalizers.clear(); }},
});

TEST(ByHand, PutsBackWhatSomebodyChanged) {
  ASSERT_EQ(word(decide(Scenario().ready().observed, at(1s))), "Settled");
  for (const auto& row : kByHand) {
    auto scenario = Scenario().ready();
    row.change(scenario.observed);
    EXPECT_EQ(word(decide(scenario.observed, at(1s))), row.then) << row.what;
  }
}

TEST(ByHand, PutsBackWhatIsDeployedWhereTheUpgradeHasToWait) {
  auto scenario = Scenario().ready();
  scenario.observed.desired.release_digest = 0xa2;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease");
  scenario.observed.wave = Wave{.held_by = "others are first"};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled");
  scenario.observed.deployments[0].fingerprint = 1;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "RepairRelease");
  scenario.observed.wave = Wave{};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease") << "it is its turn";
}

TEST(ByHand, TakesWhatWaitsByItsOwnReleaseAndNotByTheNextOne) {
  auto scenario = Scenario().ready();
  scenario.observed.desired.release_digest = 0xa2;
  scenario.observed.wave = Wave{.held_by = "others are first"};
  scenario.observed.engine.workloads.push_back({"Deployment", "cache", StepName::kApplication});
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Settled") << "it has no cache yet";
  scenario.observed.release->digest = 0;  // an upgrade that was cut short
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Waiting");
  scenario.observed.wave = Wave{};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease");
}

TEST(ByHand, MakesTheClaimsOfAStoreAnewThatNeverHadAnyData) {
  auto scenario = Scenario().ready();
  scenario.observed.volume_claims.clear();
  scenario.observed.release->digest = 0xb0;  // a class that does not exist, say
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease");
}

TEST(ByHand, PutsNoEmptyVolumeInThePlaceOfOneThatWasDeleted) {
  auto scenario = Scenario().ready();
  scenario.observed.store.status.ready_seconds = 1.0;
  scenario.observed.volume_claims[0].deleting = true;
  auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Blocked");
  ASSERT_TRUE(decision.problem);
  EXPECT_EQ(decision.problem->code, FailureCode::kVolumeLost);
  EXPECT_NE(decision.problem->message.find("database is there as long as"), std::string::npos);
  scenario.observed.volume_claims.clear();
  scenario.observed.store.spec.asleep = true;  // its pod must not end
  scenario.observed.deployments.clear();
  EXPECT_EQ(decide(scenario.observed, at(1s)).problem->code, FailureCode::kVolumeLost);
  scenario.observed.release.reset();  // and the record with it
  scenario.observed.served_volume_claims = {"database"};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "Blocked");
}

TEST(ByHand, TakesNoClaimForLostThatAnUpgradeWhichWasCutShortDidNotMakeYet) {
  auto scenario = Scenario().ready();
  scenario.observed.store.status.ready_seconds = 1.0;
  scenario.observed.release->digest = 0;
  scenario.observed.served_volume_claims = {"database", "files"};  // as the next chart has it
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "InstallRelease");
}

TEST(ByHand, WaitsForWhoLeadsShoppersToTheStore) {
  auto scenario = Scenario().ready();
  scenario.observed.store.status.steps = {
      {.name = StepName::kRoute, .state = StepState::kRunning, .started_at = at(0s)}};
  scenario.observed.ingress_is_down = true;
  auto decision = decide(scenario.observed, at(1s));
  EXPECT_EQ(word(decision), "Waiting");
  EXPECT_FALSE(decision.problem) << "it may be a moment";
  decision = decide(scenario.observed, at(4s));
  ASSERT_TRUE(decision.problem);
  EXPECT_EQ(decision.problem->code, FailureCode::kRouteNotServing);
  scenario.observed.ingress_is_down = false;
  scenario.observed.endpoints[0].ready = false;
  decision = decide(scenario.observed, at(4s));
  ASSERT_TRUE(decision.problem);
  EXPECT_EQ(decision.problem->message, "Service web leads to no pod that takes requests.");
  scenario.observed.endpoints[0].ready = true;
  scenario.observed.memory.route_answered_by = "nobody";
  EXPECT_EQ(word(decide(scenario.observed, at(5s))), "ProbeRoute") << "who came since is looked at";
}

TEST(ByHand, NothingOfItHoldsADeletionUp) {
  auto scenario = Scenario().ready().deleting();
  scenario.observed.ingresses.clear();
  scenario.observed.ns->marks = 1;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "LabelNamespace") << "else it could not be deleted";
  scenario.observed.ns->marks = 7;
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "UninstallRelease");
  scenario.observed.memory.attempts[ActionKind::kUninstallRelease] = {.failures = 3, .at = at(0s)};
  EXPECT_EQ(word(decide(scenario.observed, at(1s))), "DeleteVolumes") << "the rest goes with the namespace";
}

TEST(ByHand, WhatWasJustWrittenHasAMomentToShow) {
  auto scenario = Scenario().ready();
  scenario.observed.memory.attempts[ActionKind::kInstallRelease] = {.failures = 0, .at = at(1s)};
  scenario.observed.services.clear();
  EXPECT_EQ(word(decide(scenario.observed, at(1500ms))), "Waiting");
  EXPECT_EQ(word(decide(scenario.observed, at(2500ms))), "RepairRelease");
  EXPECT_EQ(word(decide(scenario.observed, at(0s))), "RepairRelease") << "the clock was set back";
}

}  // namespace
}  // namespace storefleet::store_operator
