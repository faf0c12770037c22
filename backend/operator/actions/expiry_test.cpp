#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

class ExpiryTest : public storefleet::testing::ActionTest {
 protected:
  static constexpr auto kStore = "/apis/storefleet.dev/v1alpha1/stores/demo";
};

TEST_F(ExpiryTest, DeletesTheStoreOnlyAsItWasSeen) {
  api_->expect("DELETE", kStore, taken());
  ASSERT_TRUE(act(ActionKind::kExpire));
  EXPECT_EQ(only_uid(0), "uid-1");
  EXPECT_EQ(string_or(sent(0), {"preconditions", "resourceVersion"}), "7");
}

TEST_F(ExpiryTest, AStoreThatIsGoneIsDone) {
  api_->expect("DELETE", kStore, refusal(404, "NotFound"));
  EXPECT_TRUE(act(ActionKind::kExpire));
}

TEST_F(ExpiryTest, AStoreWhoseTimeWasMovedMeanwhileStays) {
  api_->expect("DELETE", kStore, refusal(409, "Conflict"));
  EXPECT_EQ(act(ActionKind::kExpire).error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace storefleet::store_operator
