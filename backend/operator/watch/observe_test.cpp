#include "operator/watch/observe.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ObserveTest : public storefleet::testing::CachesTest {
 protected:
  void SetUp() override {
    CachesTest::SetUp();
    settings_.base_domain = "shops.test";
  }
  /// What is seen of the store "demo", UID uid-1; `spec` is its spec.
  Observed seen(json::object spec = {}) {
    cluster_->put(k8s::kStore, store("demo", "uid-1", std::move(spec)));
    fill();
    return look();
  }
  Observed look() {
    return observe(*caches_, engines::EngineCatalogue({engine_}), settings_, "demo", memory_).value();
  }
  template <class View>
  static std::vector<std::string> names(const std::vector<View>& views) {
    std::vector<std::string> all;
    for (const auto& view : views) all.push_back(view.name);
    return all;
  }
  static std::vector<std::string> names(const std::vector<ObservedHost>& hosts) {
    std::vector<std::string> all;
    for (const auto& host : hosts) all.push_back(host.host);
    return all;
  }

  engines::Engine engine_ = tiny();
  engines::PlatformSettings settings_;
  StoreMemory memory_;
};

TEST_F(ObserveTest, OfAStoreThatThereIsNotThereIsNothing) {
  fill();
  EXPECT_FALSE(observe(*caches_, engines::EngineCatalogue({engine_}), settings_, "demo", memory_));
}

TEST_F(ObserveTest, OfANewStoreThereIsOnlyWhatShouldBe) {
  memory_.retry_taken = "now";
  const auto observed = seen({{"team", "blue"}, {"title", "Demo"}});
  EXPECT_FALSE(observed.spec_error);
  EXPECT_EQ(observed.engine.name, "tiny");
  EXPECT_EQ(observed.identity.store_namespace, namespace_of("uid-1"));
  EXPECT_EQ(observed.quota_claim, (QuotaClaim{.store_uid = "uid-1",
                                              .store_name = "demo",
                                              .team = "blue",
                                              .plan = "small",
                                              .storage_bytes = std::int64_t{2} << 30}));
  EXPECT_THAT(names(observed.desired.bindings), ElementsAre("storefleet-operator", "storefleet-api"));
  EXPECT_EQ(observed.desired.ingress.kind, "Ingress");
  EXPECT_EQ(string_or(observed.desired.site, {"url"}), "http://demo.shops.test")
      << "an origin, without a path";
  EXPECT_EQ(string_or(observed.desired.site, {"title"}), "Demo");
  EXPECT_THAT(names(observed.hosts), ElementsAre("demo.shops.test"));
  EXPECT_FALSE(observed.hosts[0].claim);
  EXPECT_FALSE(observed.ns);
  EXPECT_THAT(observed.pods, IsEmpty());
  EXPECT_EQ(observed.memory.retry_taken, "now");
}

TEST_F(ObserveTest, WhatIsSeenIsWhatBelongsToThisStoreAlone) {
  cluster_->put(k8s::kStore, store("other", "uid-2"));
  for (const auto* uid : {"uid-1", "uid-2"}) {
    const std::string own = uid;
    const auto put = [&](const k8s::Resource& kind, std::string_view name, json::object rest = {}) {
      cluster_->put(kind, inside(own, fmt::format("{}-of-{}", name, own), std::move(rest)));
    };
    cluster_->put(k8s::kNamespace, store_namespace(own == "uid-1" ? "demo" : "other", own, "ns-" + own));
    put(k8s::kRoleBinding, "binding");
    put(k8s::kResourceQuota, "quota");
    put(k8s::kLimitRange, "limits");
    put(k8s::kNetworkPolicy, "policy");
    put(k8s::kIngress, "ingress");
    put(k8s::kDeployment, "web");
    put(k8s::kStatefulSet, "database");
    put(k8s::kPod, "pod");
    put(k8s::kPersistentVolumeClaim, "claim");
    cluster_->put(k8s::kPersistentVolume, {{"metadata", {{"name", "pv-of-" + own}}},
                                           {"spec", {{"claimRef", {{"namespace", namespace_of(own)}}}}}});
    cluster_->put(k8s::kHostClaim, host_claim(own + ".example.com", own == "uid-1" ? "demo" : "other", own));
  }
  const auto observed = seen();
  ASSERT_TRUE(observed.ns);
  EXPECT_EQ(observed.ns->uid, "ns-uid-1");
  EXPECT_THAT(names(observed.bindings), ElementsAre("binding-of-uid-1"));
  EXPECT_THAT(names(observed.quotas), ElementsAre("quota-of-uid-1"));
  EXPECT_THAT(names(observed.limits), ElementsAre("limits-of-uid-1"));
  EXPECT_THAT(names(observed.network_policies), ElementsAre("policy-of-uid-1"));
  EXPECT_THAT(names(observed.ingresses), ElementsAre("ingress-of-uid-1"));
  EXPECT_THAT(names(observed.deployments), ElementsAre("web-of-uid-1"));
  EXPECT_THAT(names(observed.stateful_sets), ElementsAre("database-of-uid-1"));
  EXPECT_THAT(names(observed.pods), ElementsAre("pod-of-uid-1"));
  EXPECT_THAT(names(observed.volume_claims), ElementsAre("claim-of-uid-1"));
  EXPECT_THAT(names(observed.volumes), ElementsAre("pv-of-uid-1"));
  EXPECT_THAT(names(observed.claimed_hosts), ElementsAre("uid-1.example.com"));
}

TEST_F(ObserveTest, OfAWrongSpecNothingFollowsButWhatIsThereIsSeen) {
  cluster_->put(k8s::kPod, inside("uid-1", "web-1"));
  cluster_->put(k8s::kHostClaim, host_claim("demo.shops.test", "demo", "uid-1"));
  const auto observed = seen({{"engine", "huge"}});
  ASSERT_TRUE(observed.spec_error);
  EXPECT_EQ(observed.spec_error->reason, Reason::kUnknownEngine);
  EXPECT_EQ(observed.engine.name, "");
  EXPECT_THAT(observed.desired.policies, IsEmpty());
  EXPECT_THAT(observed.hosts, IsEmpty());
  EXPECT_THAT(names(observed.pods), ElementsAre("web-1"));
  EXPECT_THAT(names(observed.claimed_hosts), ElementsAre("demo.shops.test"));
}

TEST_F(ObserveTest, AStoreWhoseAddressIsThePlatformsIsWrong) {
  settings_.platform_host = "demo.shops.test";
  EXPECT_EQ(seen().spec_error.value_or(Error{}).reason, Reason::kInvalidName);
}

TEST_F(ObserveTest, AVolumeThatWouldHaveToShrinkMakesTheSpecWrong) {
  cluster_->put(k8s::kPersistentVolumeClaim,
                inside("uid-1", "files", {{"spec", {{"resources", {{"requests", {{"storage", "3Gi"}}}}}}}}));
  settings_.volumes_can_grow = true;
  EXPECT_EQ(seen().spec_error.value_or(Error{}).reason, Reason::kVolumeSize);
}

TEST_F(ObserveTest, AVolumeMayGrowOnlyWhereItsClassAllowsThat) {
  cluster_->put(k8s::kPersistentVolumeClaim,
                inside("uid-1", "files", {{"spec", {{"resources", {{"requests", {{"storage", "1Gi"}}}}}}}}));
  EXPECT_EQ(seen().spec_error.value_or(Error{}).reason, Reason::kVolumeSize);
  settings_.volumes_can_grow = true;
  EXPECT_FALSE(look().spec_error);
}

TEST_F(ObserveTest, AHostOfAnotherStoreIsNamedToItsOwnTeamAlone) {
  cluster_->put(k8s::kStore, store("first", "uid-2", {{"team", "blue"}}));
  cluster_->put(k8s::kHostClaim, host_claim("demo.shops.test", "first", "uid-2"));
  const auto same = seen({{"team", "blue"}});
  ASSERT_THAT(same.hosts, SizeIs(1));
  EXPECT_EQ(same.hosts[0].claim.value_or(HostClaimView{}).store_uid, "uid-2");
  EXPECT_EQ(same.hosts[0].owner, "store 'first'");
  EXPECT_THAT(same.claimed_hosts, IsEmpty());

  cluster_->put(k8s::kStore, store("demo", "uid-1", {{"team", "red"}}));
  ASSERT_TRUE(until([this] { return caches_->stores.find({.name = "demo"})->spec.team == "red"; }));
  EXPECT_EQ(look().hosts[0].owner, "another team's store");
}

TEST_F(ObserveTest, ItsOwnHostsHaveNoOtherOwner) {
  cluster_->put(k8s::kHostClaim, host_claim("demo.shops.test", "demo", "uid-1"));
  const auto observed = seen();
  ASSERT_TRUE(observed.hosts[0].claim);
  EXPECT_EQ(observed.hosts[0].owner, "");
}

TEST_F(ObserveTest, WhatIsThePlatformsIsNeitherClaimedNorServed) {
  const auto observed = seen({{"hosts", {"shops.test", "example.com"}}});
  EXPECT_THAT(names(observed.hosts), ElementsAre("demo.shops.test", "example.com"));
  ASSERT_THAT(observed.refused_hosts, SizeIs(1));
  EXPECT_THAT(observed.refused_hosts[0].message, HasSubstr("shops.test"));
  EXPECT_FALSE(json::serialize(observed.desired.ingress.object).contains("\"shops.test\""));
}

TEST_F(ObserveTest, ANameBelowAnotherTeamsIsRefused) {
  cluster_->put(k8s::kStore, store("first", "uid-2", {{"team", "red"}}));
  cluster_->put(k8s::kHostClaim, host_claim("example.com", "first", "uid-2"));
  const auto observed = seen({{"team", "blue"}, {"hosts", {"shop.example.com"}}});
  EXPECT_THAT(names(observed.hosts), ElementsAre("demo.shops.test"));
  ASSERT_THAT(observed.refused_hosts, SizeIs(1));
  EXPECT_EQ(observed.refused_hosts[0].reason, Reason::kHostConflict);
}

TEST_F(ObserveTest, AHostThatAnotherHasStopsNothingElse) {
  cluster_->put(k8s::kStore, store("first", "uid-2", {{"team", "blue"}}));
  cluster_->put(k8s::kHostClaim, host_claim("shop.example.com", "first", "uid-2"));
  const auto observed = seen({{"team", "blue"}, {"hosts", {"shop.example.com", "mine.example.com"}}});
  EXPECT_THAT(names(observed.hosts), ElementsAre("demo.shops.test", "mine.example.com"));
  ASSERT_THAT(observed.refused_hosts, SizeIs(1));
  EXPECT_EQ(observed.refused_hosts[0].reason, Reason::kHostConflict);
  EXPECT_EQ(observed.refused_hosts[0].message, "shop.example.com belongs to store 'first'.");
  EXPECT_FALSE(json::serialize(observed.desired.ingress.object).contains("shop.example.com"));
}

TEST_F(ObserveTest, WhatMakesItWholeIsSeenWithoutASecretsValues) {
  auto record = inside("uid-1", engines::kReleaseRecord);
  cluster_->put(k8s::kSecret, std::move(record));
  cluster_->put(k8s::kService, inside("uid-1", "web", {{"spec", {{"selector", {{"a", "b"}}}}}}));
  const auto observed = seen();
  EXPECT_THAT(observed.services, SizeIs(1));
  EXPECT_TRUE(observed.services[0].selects);
  ASSERT_TRUE(observed.release);
  EXPECT_EQ(observed.release->digest, 0U);
  EXPECT_THAT(observed.served_volume_claims, ElementsAre("files"));
}

TEST_F(ObserveTest, AnOlderClaimIsNotTakenFromAStoreByAYoungerOneAboveIt) {
  cluster_->put(k8s::kStore, store("late", "uid-2", {{"team", "red"}}));
  cluster_->put(k8s::kHostClaim, host_claim("shop.example.com", "demo", "uid-1", "2026-11-24T11:15:00Z"));
  cluster_->put(k8s::kHostClaim, host_claim("example.com", "late", "uid-2", "2026-11-24T11:15:01Z"));
  const auto observed = seen({{"team", "blue"}, {"hosts", {"shop.example.com"}}});
  EXPECT_THAT(names(observed.hosts), ElementsAre("demo.shops.test", "shop.example.com"));
  EXPECT_THAT(observed.refused_hosts, IsEmpty());
}

TEST_F(ObserveTest, ARetainedStoreIsSeenAsleep) {
  auto deleted = store("demo", "uid-1", {{"deletionPolicy", "Retain"}});
  deleted["metadata"].as_object()["deletionTimestamp"] = "2026-11-24T11:15:00Z";
  cluster_->put(k8s::kStore, std::move(deleted));
  fill();
  const auto observed = look();
  EXPECT_TRUE(observed.store.spec.asleep);
  EXPECT_TRUE(bool_or(observed.desired.values, {"asleep"}, false)) << "so its release has no pods";
}

TEST_F(ObserveTest, AWishForANewPasswordIsAChangeOfTheSiteAndOfNothingElse) {
  const auto before = seen();
  auto wishing = store("demo", "uid-1");
  wishing["metadata"].as_object()["annotations"] = {
      {annotation_of(StoreRequest::kResetAdminPassword), "2026-11-24T11:15:00Z"}};
  cluster_->put(k8s::kStore, std::move(wishing));
  ASSERT_TRUE(until([this] { return !caches_->stores.find({.name = "demo"})->annotations.empty(); }));
  const auto after = look();
  EXPECT_NE(after.desired.site_hash, before.desired.site_hash);
  EXPECT_NE(after.desired.ingress.hash, before.desired.ingress.hash) << "it records which site was applied";
  EXPECT_EQ(after.desired.site, before.desired.site) << "the wish itself is not the pod's business";
  EXPECT_EQ(after.desired.release_hash, before.desired.release_hash);
}

TEST_F(ObserveTest, ANewChartIsANewReleaseThatTheTeamDidNotAskFor) {
  const auto before = seen();
  engine_.chart_hash = "c2";
  EXPECT_NE(look().desired.release_digest, before.desired.release_digest);
  EXPECT_EQ(look().desired.spec_digest, before.desired.spec_digest);
  EXPECT_EQ(look().desired.site_hash, before.desired.site_hash);
}

}  // namespace
}  // namespace storefleet::store_operator
