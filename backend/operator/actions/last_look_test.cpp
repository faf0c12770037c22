#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

class LastLookTest : public storefleet::testing::ActionTest {
 protected:
  static constexpr auto kNamespace = "/api/v1/namespaces/store-0123456789";
  static constexpr auto kClaim = "/apis/storefleet.dev/v1alpha1/hostclaims/demo.test";

  void expect_no_claim() { api_->expect("GET", kClaim, refusal(404, "NotFound")); }

  void SetUp() override {
    ActionTest::SetUp();
    scenario_.hosts().deleting();
  }
};

TEST_F(LastLookTest, WhereTheApiServerHasNothingLeftItIsProved) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  scenario_.observed.memory.removed["PersistentVolume"] = json::array{json::string("pv-1")};
  api_->expect("GET", "/api/v1/persistentvolumes/pv-1", refusal(404, "NotFound"));
  expect_no_claim();
  ASSERT_TRUE(act(ActionKind::kVerifyGone));
  EXPECT_THAT(lines(), ElementsAre("GET /api/v1/namespaces/store-0123456789",
                                   "GET /api/v1/persistentvolumes/pv-1", std::string("GET ") + kClaim))
      << "no list of the whole cluster";
  EXPECT_TRUE(scenario_.observed.memory.verified_gone);
}

TEST_F(LastLookTest, AClaimThatNoCacheShowsYetIsReleased) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  api_->expect("GET", kClaim, {.body = R"({"metadata":{"uid":"h1"},"spec":{"storeUid":"uid-1"}})"});
  api_->expect("DELETE", kClaim, taken());
  ASSERT_TRUE(act(ActionKind::kVerifyGone));
  EXPECT_EQ(only_uid(2), "h1");
}

TEST_F(LastLookTest, AClaimOfAnotherStoreStays) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  api_->expect("GET", kClaim, {.body = R"({"metadata":{"uid":"h1"},"spec":{"storeUid":"uid-2"}})"});
  ASSERT_TRUE(act(ActionKind::kVerifyGone));
  EXPECT_TRUE(scenario_.observed.memory.verified_gone);
}

TEST_F(LastLookTest, ANamespaceThatIsStillThereIsNamed) {
  api_->expect("GET", kNamespace, taken());
  const auto result = act(ActionKind::kVerifyGone);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(result.error().message, "namespace store-0123456789 is still there");
  EXPECT_FALSE(scenario_.observed.memory.verified_gone);
}

TEST_F(LastLookTest, AVolumeThatIsStillThereIsNamed) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  scenario_.observed.memory.removed["PersistentVolume"] = json::array{json::string("pv-1")};
  api_->expect("GET", "/api/v1/persistentvolumes/pv-1", {.body = R"({"metadata":{"name":"pv-1"}})"});
  EXPECT_EQ(act(ActionKind::kVerifyGone).error().message, "PersistentVolume pv-1 is still there");
  EXPECT_FALSE(scenario_.observed.memory.verified_gone);
}

TEST_F(LastLookTest, WhatCannotBeLookedAtIsNotTakenForGone) {
  api_->expect("GET", kNamespace, refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kVerifyGone).error().code, ErrorCode::kForbidden);
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  scenario_.observed.memory.removed["PersistentVolume"] = json::array{json::string("pv-1")};
  api_->expect("GET", "/api/v1/persistentvolumes/pv-1", refusal(500, "InternalError"));
  EXPECT_EQ(act(ActionKind::kVerifyGone).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(scenario_.observed.memory.verified_gone);
}

}  // namespace
}  // namespace storefleet::store_operator
