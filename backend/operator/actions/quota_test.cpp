#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class QuotaTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.finalizer();
  }
  void reserve(const std::string& reservation) {
    scenario_.observed.store.annotations[std::string(kReservationAnnotation)] = reservation;
  }
};

TEST_F(QuotaTest, AStoreTakesThePlaceThatItsCreatorReserved) {
  reserve("r-1");
  ASSERT_TRUE(act(ActionKind::kAdmit));
  ASSERT_TRUE(ledger_.places.contains("uid-1"));
  EXPECT_EQ(ledger_.places["uid-1"].first, scenario_.observed.quota_claim);
  EXPECT_EQ(ledger_.places["uid-1"].second, "r-1");
  EXPECT_EQ(scenario_.observed.memory.admitted, scenario_.observed.quota_claim);
}

TEST_F(QuotaTest, AStoreThatCameWithoutAReservationTakesANewPlace) {
  ASSERT_TRUE(act(ActionKind::kAdmit));
  EXPECT_EQ(ledger_.places["uid-1"].second, "");
  EXPECT_EQ(scenario_.observed.memory.admitted, scenario_.observed.quota_claim);
}

TEST_F(QuotaTest, ARefusalIsPassedOnAndNothingIsRemembered) {
  ledger_.error = Error{ErrorCode::kForbidden, "the team has no place left", Reason::kTeamQuotaExceeded};
  const auto result = act(ActionKind::kAdmit);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_FALSE(scenario_.observed.memory.admitted);
}

TEST_F(QuotaTest, WhileTheDatabaseIsAwayOnlyTheDefaultTeamGoesOnWithoutIt) {
  ledger_.error = Error{ErrorCode::kUnavailable, "no database"};
  EXPECT_FALSE(act(ActionKind::kAdmit)) << "team blue";
  EXPECT_FALSE(scenario_.observed.memory.admitted);
  scenario_.observed.quota_claim.team = kDefaultTeam;
  EXPECT_TRUE(act(ActionKind::kAdmit));
  EXPECT_EQ(scenario_.observed.memory.admitted, scenario_.observed.quota_claim);
}

TEST_F(QuotaTest, ItsPlaceIsGivenBackAndWhatItsCreatorReserved) {
  reserve("r-1");
  ledger_.places["uid-1"] = {};
  ledger_.places["uid-2"] = {};
  ASSERT_TRUE(act(ActionKind::kReleaseQuota));
  EXPECT_FALSE(ledger_.places.contains("uid-1"));
  EXPECT_TRUE(ledger_.places.contains("uid-2")) << "another store's";
  EXPECT_THAT(ledger_.cancelled, ElementsAre("r-1"));
  EXPECT_TRUE(scenario_.observed.memory.quota_released);
}

TEST_F(QuotaTest, WithoutAReservationNoneIsCancelled) {
  ASSERT_TRUE(act(ActionKind::kReleaseQuota));
  EXPECT_THAT(ledger_.cancelled, IsEmpty());
  EXPECT_TRUE(scenario_.observed.memory.quota_released);
}

TEST_F(QuotaTest, APlaceThatCannotBeGivenBackIsNotForgotten) {
  reserve("r-1");
  ledger_.error = Error{ErrorCode::kUnavailable, "no database"};
  const auto result = act(ActionKind::kReleaseQuota);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "no database");
  EXPECT_THAT(ledger_.cancelled, IsEmpty());
  EXPECT_FALSE(scenario_.observed.memory.quota_released);
}

}  // namespace
}  // namespace storefleet::store_operator
