#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

class HostsTest : public storefleet::testing::ActionTest {
 protected:
  static constexpr auto kClaims = "/apis/storefleet.dev/v1alpha1/hostclaims";
  static constexpr auto kStore = "/apis/storefleet.dev/v1alpha1/stores/demo";
  /// That the API server still has the store.
  void expect_store() { api_->expect("GET", kStore, {.body = R"({"metadata":{"uid":"uid-1"}})"}); }
  static std::string claim(const std::string& host) { return std::string(kClaims) + "/" + host; }
};

TEST_F(HostsTest, EveryHostWithoutAClaimIsClaimedForThisVeryStore) {
  scenario_.admitted().observed.hosts = {{"demo.test", std::nullopt},
                                         {"had.test", HostClaimView{"h", "uid-1", "demo"}},
                                         {"shop.test", std::nullopt}};
  expect_store();
  api_->expect("POST", kClaims, taken());
  api_->expect("POST", kClaims, taken());
  ASSERT_TRUE(act(ActionKind::kClaimHosts));
  ASSERT_EQ(api_->requests.size(), 3U);
  EXPECT_EQ(string_or(sent(1), {"metadata", "name"}), "demo.test");
  EXPECT_EQ(string_or(sent(2), {"metadata", "name"}), "shop.test");
  EXPECT_EQ(string_or(sent(1), {"spec", "storeUid"}), "uid-1");
  EXPECT_EQ(string_or(sent(1), {"spec", "storeName"}), "demo");
}

TEST_F(HostsTest, AClaimThatIsThereAlreadyCountsAsMade) {
  scenario_.admitted();
  expect_store();
  api_->expect("POST", kClaims, refusal(409, "AlreadyExists"));
  EXPECT_TRUE(act(ActionKind::kClaimHosts));
}

TEST_F(HostsTest, AfterAClaimThatIsRefusedNoOtherIsMade) {
  scenario_.admitted().observed.hosts = {{"demo.test", std::nullopt}, {"shop.test", std::nullopt}};
  expect_store();
  api_->expect("POST", kClaims, refusal(403, "Forbidden"));
  const auto result = act(ActionKind::kClaimHosts);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kForbidden);
  EXPECT_EQ(api_->requests.size(), 2U);
}

TEST_F(HostsTest, NoneIsClaimedForAStoreThatIsGone) {
  scenario_.admitted();
  api_->expect("GET", kStore, refusal(404, "NotFound"));
  const auto result = act(ActionKind::kClaimHosts);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
}

TEST_F(HostsTest, WhatTheStoreNoLongerWantsIsGivenBackAndTheRestKept) {
  scenario_.hosts().observed.claimed_hosts.push_back({"old.test", HostClaimView{"h2", "uid-1", "demo"}});
  api_->expect("DELETE", claim("old.test"), taken());
  ASSERT_TRUE(act(ActionKind::kReleaseHosts));
  EXPECT_THAT(lines(), ElementsAre("DELETE " + claim("old.test")));
  EXPECT_EQ(only_uid(0), "h2");
}

TEST_F(HostsTest, ADeletedStoreGivesBackAllThatAreStillThere) {
  scenario_.hosts().deleting().observed.claimed_hosts.push_back(
      {"old.test", HostClaimView{"h2", "uid-1", "demo"}});
  api_->expect("DELETE", claim("demo.test"), refusal(404, "NotFound"));
  api_->expect("DELETE", claim("old.test"), taken());
  ASSERT_TRUE(act(ActionKind::kReleaseHosts));
  EXPECT_EQ(only_uid(0), "h1");
  EXPECT_EQ(only_uid(1), "h2");
}

TEST_F(HostsTest, AClaimThatIsAnothersByNowStays) {
  scenario_.hosts().deleting();
  api_->expect("DELETE", claim("demo.test"), refusal(409, "Conflict"));
  const auto result = act(ActionKind::kReleaseHosts);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace storefleet::store_operator
