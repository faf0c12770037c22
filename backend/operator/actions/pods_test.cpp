#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

class PodsTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.release();
    scenario_.observed.stateful_sets[0].update_revision = "new";
    scenario_.observed.pods = {stuck("database-0", "p1"), stuck("database-1", "p2"),
                               stuck("database-2", "p3")};
    scenario_.observed.pods[1].ready = true;
  }
  static PodView stuck(std::string name, std::string uid) {
    return {.name = std::move(name), .uid = std::move(uid), .stateful_set = "database", .revision = "old"};
  }
};

TEST_F(PodsTest, ThoseOfAnOldRevisionThatNeverBecameReadyAreDeletedAndNoOthers) {
  api_->expect("DELETE", core("pods/database-0"), taken());
  api_->expect("DELETE", core("pods/database-2"), refusal(404, "NotFound"));
  ASSERT_TRUE(act(ActionKind::kReplacePods));
  EXPECT_THAT(lines(), ElementsAre("DELETE " + core("pods/database-0"), "DELETE " + core("pods/database-2")));
  EXPECT_EQ(only_uid(0), "p1");
  EXPECT_EQ(only_uid(1), "p3");
}

TEST_F(PodsTest, OneThatIsAnotherByNowStaysAndIsLookedAtAgain) {
  api_->expect("DELETE", core("pods/database-0"), refusal(409, "Conflict"));
  EXPECT_EQ(act(ActionKind::kReplacePods).error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace storefleet::store_operator
