#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

class VolumesTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.release().deleting();
    scenario_.observed.volume_claims = {{.name = "database", .uid = "c1"},
                                        {.name = "files", .uid = "c2", .deleting = true},
                                        {.name = "cache", .uid = "c3"}};
  }
  static std::string claim(const std::string& name) { return core("persistentvolumeclaims/" + name); }
};

TEST_F(VolumesTest, EveryClaimThatDoesNotGoYetIsDeletedAndAllAreInTheReceipt) {
  api_->expect("DELETE", claim("database"), taken());
  api_->expect("DELETE", claim("cache"), refusal(404, "NotFound"));
  ASSERT_TRUE(act(ActionKind::kDeleteVolumes));
  EXPECT_THAT(lines(), ElementsAre("DELETE " + claim("database"), "DELETE " + claim("cache")));
  EXPECT_EQ(only_uid(0), "c1");
  EXPECT_EQ(only_uid(1), "c3");
  EXPECT_THAT(removed("PersistentVolumeClaim"), ElementsAre("database", "files", "cache"));
  EXPECT_THAT(removed("PersistentVolume"), ElementsAre("pv-1"));
}

TEST_F(VolumesTest, AClaimThatIsAnotherByNowStays) {
  api_->expect("DELETE", claim("database"), refusal(409, "Conflict"));
  EXPECT_EQ(act(ActionKind::kDeleteVolumes).error().code, ErrorCode::kConflict);
  EXPECT_EQ(api_->requests.size(), 1U);
}

}  // namespace
}  // namespace storefleet::store_operator
