#include "controller/waiting_line.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace storefleet::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WaitingLineTest : public ::testing::Test {
 protected:
  std::vector<std::string> called_;
  WaitingLine line_{2, [this](const std::string& key) { called_.push_back(key); }};
};

TEST_F(WaitingLineTest, CallsThoseWhoWaitInTheirOrder) {
  EXPECT_TRUE(line_.enter("a"));
  EXPECT_TRUE(line_.enter("b"));
  EXPECT_FALSE(line_.enter("c"));
  EXPECT_FALSE(line_.enter("d"));
  EXPECT_FALSE(line_.enter("c")) << "asking again gives no better place";
  line_.leave();
  EXPECT_THAT(called_, ElementsAre("c"));
  EXPECT_FALSE(line_.enter("e")) << "the place is kept for c";
  EXPECT_TRUE(line_.enter("c"));
  line_.leave();
  line_.leave();
  EXPECT_THAT(called_, ElementsAre("c", "d", "e"));
  EXPECT_FALSE(line_.enter("f")) << "two places are kept";
}

TEST_F(WaitingLineTest, APlaceThatIsNotNeededGoesToTheNext) {
  for (const auto* key : {"a", "b", "c", "d"}) line_.enter(key);
  line_.leave();
  line_.pass("c");
  EXPECT_THAT(called_, ElementsAre("c", "d"));
  line_.pass("c");
  line_.pass("nobody");
  EXPECT_FALSE(line_.enter("e"));
  EXPECT_TRUE(line_.enter("d"));
}

TEST_F(WaitingLineTest, WhoIsForgottenIsNotCalled) {
  for (const auto* key : {"a", "b", "c", "d"}) line_.enter(key);
  line_.forget("c");
  line_.leave();
  EXPECT_THAT(called_, ElementsAre("d"));
  line_.forget("d");  // with the place that was kept for it
  line_.leave();
  EXPECT_EQ(line_.waiting(), 0U);
  EXPECT_TRUE(line_.enter("e"));
  EXPECT_TRUE(line_.enter("f"));
  EXPECT_FALSE(line_.enter("g"));
  EXPECT_THAT(called_, ElementsAre("d"));
}

TEST_F(WaitingLineTest, NobodyIsCalledWhileThereIsRoom) {
  line_.enter("a");
  line_.leave();
  EXPECT_THAT(called_, IsEmpty());
}

}  // namespace
}  // namespace storefleet::controller
