#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChecksTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.site().observed.engine.probe = {
        {.name = "front page", .path = "/"},
        {.name = "a product", .path = "/product", .needs_sample_data = true}};
  }
};

TEST_F(ChecksTest, TheRouteIsAskedByTheStoresNameAndTheAnswerIsRememberedForThisPod) {
  shop_->status = 302;
  ASSERT_TRUE(act(ActionKind::kProbeRoute));
  EXPECT_THAT(shop_->asked(), ElementsAre("GET /"));
  EXPECT_EQ(shop_->requests[0].headers.get("Host"), "demo.test");
  EXPECT_EQ(scenario_.observed.memory.route_answered_by, "p2");
}

TEST_F(ChecksTest, ARouteThatLeadsNowhereIsAnErrorAndIsNotRemembered) {
  shop_->status = 503;
  const auto result = act(ActionKind::kProbeRoute);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(scenario_.observed.memory.route_answered_by, "");
}

TEST_F(ChecksTest, CommerceIsProvedByEveryStepOfTheEnginesProbe) {
  ASSERT_TRUE(act(ActionKind::kProbeCommerce));
  EXPECT_THAT(shop_->asked(), ElementsAre("GET /", "GET /product"));
  EXPECT_TRUE(scenario_.observed.memory.commerce_passed);
}

TEST_F(ChecksTest, WithoutSampleDataTheStepsThatNeedItAreLeftOut) {
  scenario_.observed.store.spec.sample_data = false;
  ASSERT_TRUE(act(ActionKind::kProbeCommerce));
  EXPECT_THAT(shop_->asked(), ElementsAre("GET /"));
  EXPECT_TRUE(scenario_.observed.memory.commerce_passed);
}

TEST_F(ChecksTest, TheFirstStepThatFailsIsTheErrorAndNothingIsProved) {
  scenario_.observed.memory.commerce_passed = true;  // by a probe before
  shop_->status = 500;
  const auto result = act(ActionKind::kProbeCommerce);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(result.error().message, HasSubstr("500"));
  EXPECT_THAT(shop_->asked(), ElementsAre("GET /"));
  EXPECT_FALSE(scenario_.observed.memory.commerce_passed);
}

}  // namespace
}  // namespace storefleet::store_operator
