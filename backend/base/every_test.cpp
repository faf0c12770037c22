#include "base/every.hpp"

#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace storefleet::inline base {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Begins and ends of passes that take some time.
struct Passes {
  std::chrono::milliseconds length{5};
  std::vector<Clock::time_point> begun;
  std::vector<Clock::time_point> ended;

  Task<void> pass() {
    begun.push_back(Clock::now());
    co_await sleep_for(length);
    ended.push_back(Clock::now());
  }
};

Task<void> stop_after(std::chrono::milliseconds time, TaskScope* scope) {
  co_await sleep_for(time);
  scope->cancel();
  co_await scope->join();
}

/// Lets it run for `time`, then cancels it; returns when it began.
Clock::time_point run_every(Passes& passes, std::chrono::milliseconds first,
                            std::chrono::milliseconds interval, std::chrono::milliseconds time) {
  asio::io_context context;
  TaskScope scope(context.get_executor());
  const auto begun = Clock::now();
  scope.spawn("every", every(first, interval, [&passes] { return passes.pass(); }));
  asio::co_spawn(context, stop_after(time, &scope), asio::detached);
  context.run();
  EXPECT_EQ(scope.running(), 0U) << "cancelling ends it";
  return begun;
}

TEST(EveryTest, PassesComeOneAfterTheOtherWithTheIntervalBetween) {
  Passes passes;
  const auto begun = run_every(passes, 10ms, 20ms, 200ms);
  ASSERT_GE(passes.begun.size(), 2U);
  EXPECT_GE(passes.begun[0] - begun, 10ms);
  for (std::size_t i = 1; i < passes.begun.size(); ++i)
    EXPECT_GE(passes.begun[i] - passes.ended[i - 1], 20ms) << "the interval counts from a pass's end";
}

TEST(EveryTest, CancelledBeforeTheFirstPassItMakesNone) {
  Passes passes;
  run_every(passes, 1h, 1ms, 5ms);
  EXPECT_TRUE(passes.begun.empty());
}

TEST(EveryTest, CancelledWithinAPassItMakesNoOther) {
  Passes passes{.length = 1h};
  run_every(passes, 0ms, 0ms, 20ms);
  EXPECT_EQ(passes.begun.size(), 1U);
}

}  // namespace
}  // namespace storefleet::inline base
