#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReleaseTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.secrets().observed.engine.chart = "store-tiny";
    scenario_.observed.desired.values = {{"asleep", true}};
  }
};

TEST_F(ReleaseTest, IsInstalledWithItsDigestIntoTheVolumesThatThereAre) {
  scenario_.observed.volume_claims = {{.name = "database", .uid = "c1"}};
  ASSERT_TRUE(act(ActionKind::kInstallRelease));
  ASSERT_TRUE(act(ActionKind::kRepairRelease));
  ASSERT_EQ(releases_.calls.size(), 2U);
  EXPECT_EQ(releases_.calls[0].operation, "install");
  EXPECT_EQ(releases_.calls[1].operation, "repair");
  for (const auto& [operation, wanted] : releases_.calls) {
    EXPECT_EQ(wanted.store_namespace, "store-0123456789");
    EXPECT_EQ(wanted.chart, "store-tiny");
    EXPECT_EQ(wanted.values, scenario_.observed.desired.values);
    EXPECT_EQ(wanted.digest, scenario_.observed.desired.release_hash);
    EXPECT_EQ(wanted.claims, (std::map<std::string, std::string>{{"database", "c1"}}));
  }
  EXPECT_THAT(lines(), IsEmpty()) << "the record says it all";
}

TEST_F(ReleaseTest, WhoseUpgradeHasToWaitIsPutBackAsItIsDeployed) {
  scenario_.observed.volume_claims = {{.name = "database", .uid = "c1"}};
  scenario_.observed.wave = Wave{.held_by = "others are first"};
  ASSERT_TRUE(act(ActionKind::kRepairRelease));
  ASSERT_EQ(releases_.calls.size(), 1U);
  EXPECT_EQ(releases_.calls[0].operation, "restore");
  EXPECT_EQ(releases_.calls[0].wanted.store_namespace, "store-0123456789");
  EXPECT_EQ(releases_.calls[0].wanted.claims, (releases::VolumeClaims{{"database", "c1"}}));
}

TEST_F(ReleaseTest, ThatFailsIsAnError) {
  releases_.error = Error{ErrorCode::kInvalidArgument, "the chart needs another value"};
  const auto result = act(ActionKind::kInstallRelease);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the chart needs another value");
}

TEST_F(ReleaseTest, ThatCannotBeRepairedIsAnError) {
  releases_.error = Error{ErrorCode::kUnavailable, "helm is busy"};
  EXPECT_EQ(act(ActionKind::kRepairRelease).error().message, "helm is busy");
}

TEST_F(ReleaseTest, IsUninstalledWithAllThatItMadeInTheReceipt) {
  scenario_.ready().deleting().observed.volumes.push_back(
      {.name = "pv-kept", .claim_namespace = "store-0123456789", .retained = true});
  ASSERT_TRUE(act(ActionKind::kUninstallRelease));
  ASSERT_EQ(releases_.calls.size(), 1U);
  EXPECT_EQ(releases_.calls[0].operation, "uninstall");
  EXPECT_EQ(releases_.calls[0].wanted.store_namespace, "store-0123456789");
  EXPECT_TRUE(scenario_.observed.memory.uninstalled);
  EXPECT_THAT(removed("Deployment"), ElementsAre("web"));
  EXPECT_THAT(removed("StatefulSet"), ElementsAre("database"));
  EXPECT_THAT(removed("Pod"), ElementsAre("database-0", "web-1"));
  EXPECT_THAT(removed("PersistentVolumeClaim"), ElementsAre("database"));
  EXPECT_THAT(removed("PersistentVolume"), ElementsAre("pv-1"));
  EXPECT_THAT(removed("RetainedVolume"), ElementsAre("pv-kept"));
  EXPECT_THAT(removed("Release"), ElementsAre("store"));
}

TEST_F(ReleaseTest, ThatCannotBeUninstalledIsNotSaidToBeGone) {
  scenario_.ready().deleting();
  releases_.error = Error{ErrorCode::kUnavailable, "helm is busy"};
  EXPECT_EQ(act(ActionKind::kUninstallRelease).error().message, "helm is busy");
  EXPECT_FALSE(scenario_.observed.memory.uninstalled);
  EXPECT_THAT(removed("Release"), IsEmpty());
}

}  // namespace
}  // namespace storefleet::store_operator
