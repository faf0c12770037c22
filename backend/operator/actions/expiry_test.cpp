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
  api_->expect("GET", kStore,
               {.body = R"({"metadata":{"name":"demo","uid":"uid-1","resourceVersion":"9"},)"
                        R"("spec":{"engine":"tiny","expiresAt":"2200-01-01T00:00:00Z"}})"});
  EXPECT_EQ(act(ActionKind::kExpire).error().code, ErrorCode::kConflict);
}

TEST_F(ExpiryTest, AStoreOfWhichOnlyTheStatusChangedGoes) {
  api_->expect("DELETE", kStore, refusal(409, "Conflict"));
  api_->expect("GET", kStore,
               {.body = R"({"metadata":{"name":"demo","uid":"uid-1","resourceVersion":"9"},)"
                        R"("spec":{"engine":"tiny"}})"});
  api_->expect("DELETE", kStore, taken());
  ASSERT_TRUE(act(ActionKind::kExpire));
  EXPECT_EQ(string_or(sent(2), {"preconditions", "resourceVersion"}), "9");
}

}  // namespace
}  // namespace storefleet::store_operator
