#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LastLookTest : public storefleet::testing::ActionTest {
 protected:
  static constexpr auto kNamespace = "/api/v1/namespaces/store-0123456789";

  void SetUp() override {
    ActionTest::SetUp();
    scenario_.hosts().deleting();
  }
};

TEST_F(LastLookTest, WhereTheApiServerHasNothingLeftItIsProved) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  for (int i = 0; i < 6; ++i) api_->expect("GET", "/api", {.body = R"({"items":[]})"});
  ASSERT_TRUE(act(ActionKind::kVerifyGone));
  EXPECT_THAT(lines(), ElementsAre("GET /api/v1/namespaces/store-0123456789", "GET /api/v1/pods",
                                   "GET /api/v1/persistentvolumeclaims", "GET /api/v1/persistentvolumes",
                                   "GET /apis/networking.k8s.io/v1/ingresses", "GET /api/v1/services",
                                   "GET /apis/storefleet.dev/v1alpha1/hostclaims"));
  for (std::size_t i = 1; i < 7; ++i)
    EXPECT_THAT(api_->requests[i].target, HasSubstr("store-id")) << "of this store alone";
  EXPECT_TRUE(memory_.verified_gone);
}

TEST_F(LastLookTest, AClaimThatNoCacheShowsYetIsReleased) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  for (int i = 0; i < 5; ++i) api_->expect("GET", "/api", {.body = R"({"items":[]})"});
  api_->expect("GET", "/apis/storefleet.dev/v1alpha1/hostclaims",
               {.body = R"({"items":[{"metadata":{"name":"demo.test","uid":"h1"}}]})"});
  api_->expect("DELETE", "/apis/storefleet.dev/v1alpha1/hostclaims/demo.test", taken());
  ASSERT_TRUE(act(ActionKind::kVerifyGone));
  EXPECT_EQ(only_uid(7), "h1");
}

TEST_F(LastLookTest, ANamespaceThatIsStillThereIsNamed) {
  api_->expect("GET", kNamespace, taken());
  const auto result = act(ActionKind::kVerifyGone);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(result.error().message, "namespace store-0123456789 is still there");
  EXPECT_FALSE(memory_.verified_gone);
}

TEST_F(LastLookTest, AnObjectThatIsStillThereIsNamed) {
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  api_->expect("GET", "/api/v1/pods", {.body = R"({"items":[]})"});
  api_->expect("GET", "/api/v1/persistentvolumeclaims",
               {.body = R"({"items":[{"metadata":{"name":"database"}}]})"});
  EXPECT_EQ(act(ActionKind::kVerifyGone).error().message, "PersistentVolumeClaim database is still there");
  EXPECT_FALSE(memory_.verified_gone);
}

TEST_F(LastLookTest, WhatCannotBeLookedAtIsNotTakenForGone) {
  api_->expect("GET", kNamespace, refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kVerifyGone).error().code, ErrorCode::kForbidden);
  api_->expect("GET", kNamespace, refusal(404, "NotFound"));
  api_->expect("GET", "/api/v1/pods", refusal(500, "InternalError"));
  EXPECT_EQ(act(ActionKind::kVerifyGone).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(memory_.verified_gone);
}

}  // namespace
}  // namespace storefleet::store_operator
