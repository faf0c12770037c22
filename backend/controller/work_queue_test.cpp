#include "controller/work_queue.hpp"

#include <gmock/gmock.h>

#include "k8s/testing.hpp"

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using Taken = std::optional<std::string>;

class LogicTest : public ::testing::Test {
 protected:
  [[nodiscard]] static SteadyTime at(int ms) { return SteadyTime{} + milliseconds(1000 + ms); }
  WorkQueueLogic queue_{Backoff{milliseconds(100), milliseconds(1000), 2.0, 0.0}};
};

TEST_F(LogicTest, HandsOutInOrderAndOnce) {
  for (const auto* key : {"a", "b", "a"}) queue_.add(key, at(0));
  EXPECT_EQ(queue_.depth(), 2U);
  EXPECT_EQ(queue_.adds(), 2U);
  EXPECT_EQ(queue_.take(at(0)), Taken("a"));
  EXPECT_EQ(queue_.take(at(0)), Taken("b"));
  EXPECT_EQ(queue_.take(at(0)), Taken());
}

TEST_F(LogicTest, AKeyAddedWhileProcessedComesAgainAfterwards) {
  queue_.add("a", at(0));
  EXPECT_EQ(queue_.take(at(0)), Taken("a"));
  queue_.add("a", at(1));
  queue_.add("a", at(2));
  EXPECT_EQ(queue_.take(at(3)), Taken());
  queue_.done("a", at(4));
  EXPECT_EQ(queue_.take(at(4)), Taken("a"));
  queue_.done("a", at(5));
  EXPECT_EQ(queue_.take(at(5)), Taken());
  EXPECT_EQ(queue_.processing(), 0U);
}

TEST_F(LogicTest, DelaysAndTheEarliestWins) {
  queue_.add_at("a", at(50), at(0));
  queue_.add_at("a", at(20), at(0));
  queue_.add_at("a", at(90), at(0));
  queue_.add_at("b", at(10), at(0));
  EXPECT_EQ(queue_.next_due(), at(10));
  EXPECT_EQ(queue_.take(at(9)), Taken());
  EXPECT_EQ(queue_.take(at(20)), Taken("b"));
  EXPECT_EQ(queue_.take(at(20)), Taken("a"));
  EXPECT_EQ(queue_.next_due(), std::nullopt);
  EXPECT_EQ(queue_.delayed(), 0U);
  queue_.add_at("c", at(5), at(30));  // due already
  EXPECT_EQ(queue_.take(at(30)), Taken("c"));
}

TEST_F(LogicTest, AKeyThatBecomesDueWhileProcessedWaitsForItsEnd) {
  queue_.add("a", at(0));
  EXPECT_EQ(queue_.take(at(0)), Taken("a"));
  queue_.add_at("a", at(10), at(0));
  EXPECT_EQ(queue_.take(at(20)), Taken());
  queue_.done("a", at(30));
  EXPECT_EQ(queue_.take(at(30)), Taken("a"));
}

TEST_F(LogicTest, RetriesBackOffAKeyAtATime) {
  EXPECT_EQ(queue_.retry("a", at(0), 0.5), milliseconds(100));
  EXPECT_EQ(queue_.retry("a", at(0), 0.5), milliseconds(200));
  EXPECT_EQ(queue_.retry("b", at(0), 0.5), milliseconds(100));
  EXPECT_EQ(queue_.failures("a"), 2U);
  queue_.forget("a");
  EXPECT_EQ(queue_.retry("a", at(0), 0.5), milliseconds(100));
  EXPECT_EQ(queue_.retries(), 4U);
}

TEST_F(LogicTest, KnowsTheAgeOfTheOldest) {
  EXPECT_EQ(queue_.oldest(at(0)), milliseconds(0));
  queue_.add("a", at(0));
  queue_.add("b", at(30));
  EXPECT_EQ(queue_.oldest(at(40)), milliseconds(40));
  EXPECT_EQ(queue_.take(at(40)), Taken("a"));
  EXPECT_EQ(queue_.oldest(at(40)), milliseconds(10));
}

Task<void> collect(WorkQueue& queue, std::vector<std::string>& keys, bool& ended) {
  while (true) {
    const auto key = co_await queue.next();
    if (!key) break;
    keys.push_back(*key);
    queue.done(*key);
  }
  ended = true;
}

TEST(WorkQueue, WakesItsWaiterForWorkDelayAndShutDown) {
  asio::io_context context{1};
  WorkQueue queue(context.get_executor());
  std::vector<std::string> keys;
  bool ended = false;
  TaskScope scope(context.get_executor());
  scope.spawn("collect", collect(queue, keys, ended));
  const auto collected = [&](std::size_t count) {
    return testing::run_until(context, [&] { return keys.size() == count; });
  };
  queue.add_after("late", milliseconds(300));
  queue.add("now");
  EXPECT_TRUE(collected(1));
  queue.add_after("sooner", milliseconds(1));
  EXPECT_TRUE(collected(2));
  EXPECT_THAT(keys, ElementsAre("now", "sooner"));
  EXPECT_TRUE(collected(3));
  EXPECT_THAT(keys, ElementsAre("now", "sooner", "late"));
  queue.shut_down();
  testing::run(context, scope.join());
  EXPECT_TRUE(ended);
}

TEST(WorkQueue, CancellingItsTaskEndsAWait) {
  asio::io_context context{1};
  WorkQueue queue(context.get_executor());
  std::vector<std::string> keys;
  bool ended = false;
  TaskScope scope(context.get_executor());
  scope.spawn("collect", collect(queue, keys, ended));
  context.run_for(milliseconds(5));
  scope.cancel();
  testing::run(context, scope.join());
  EXPECT_EQ(scope.running(), 0U);
}

}  // namespace
}  // namespace storefleet::controller
