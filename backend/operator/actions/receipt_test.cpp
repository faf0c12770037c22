#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using storefleet::testing::at;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReceiptTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.hosts().deleting().observed.store.spec.team = "blue";
    scenario_.observed.memory.removed = {{"Namespace", {"store-0123456789"}}};
  }
};

TEST_F(ReceiptTest, SaysWhoseItWasAndWhatWasRemovedInTheNameOfThisLeader) {
  const auto before = std::chrono::system_clock::now();
  ASSERT_TRUE(act(ActionKind::kSaveReceipt));
  ASSERT_THAT(history_.receipts, SizeIs(1));
  const auto& [receipt, epoch] = history_.receipts[0];
  EXPECT_EQ(receipt.store_uid, "uid-1");
  EXPECT_EQ(receipt.store_name, "demo");
  EXPECT_EQ(receipt.team, "blue");
  EXPECT_EQ(receipt.removed, scenario_.observed.memory.removed);
  EXPECT_EQ(receipt.started_at, at({})) << "when the deletion was asked for";
  EXPECT_GE(receipt.finished_at, before);
  EXPECT_EQ(epoch, kEpoch);
  EXPECT_TRUE(scenario_.observed.memory.receipt_saved);
}

TEST_F(ReceiptTest, TheTeardownOfARetainedStoreBeganWithItsFirstStep) {
  scenario_.observed.store.status.steps = {
      {.name = StepName::kStopRouting, .state = StepState::kDone, .started_at = at(std::chrono::hours(5))}};
  ASSERT_TRUE(act(ActionKind::kSaveReceipt));
  EXPECT_EQ(history_.receipts[0].first.started_at, at(std::chrono::hours(5)));
}

TEST_F(ReceiptTest, ThatCannotBeSavedIsAnErrorAndNotTakenForSaved) {
  history_.error = Error{ErrorCode::kConflict, "a newer leader writes"};
  EXPECT_EQ(act(ActionKind::kSaveReceipt).error().code, ErrorCode::kConflict);
  EXPECT_THAT(history_.receipts, IsEmpty());
  EXPECT_FALSE(scenario_.observed.memory.receipt_saved);
}

}  // namespace
}  // namespace storefleet::store_operator
