#include "controller/reconciler.hpp"

#include <map>

#include <gtest/gtest.h>

#include "k8s/testing.hpp"

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;

/// Outcomes by key, in order; Done once they are used up. Watches how many run at once.
struct Script {
  std::map<std::string, std::vector<Outcome>> outcomes;
  std::map<std::string, int> runs;
  std::map<std::string, int> running;
  int now = 0;
  int most = 0;
  bool overlapped = false;
  milliseconds length{2};

  Task<Outcome> reconcile(std::string key) {
    overlapped = overlapped || ++running[key] > 1;
    most = std::max(most, ++now);
    const bool waited = co_await sleep_for(length);
    --now;
    --running[key];
    if (!waited) co_return Retry{Error{ErrorCode::kCancelled, "stopped"}};
    const auto run = static_cast<std::size_t>(runs[key]++);
    const auto& planned = outcomes[key];
    if (run < planned.size()) co_return planned[run];
    co_return Done{};
  }
};

class LoopTest : public ::testing::Test {
 protected:
  void start(std::size_t workers) {
    loop_.emplace(
        context_.get_executor(), "test",
        [this](std::string key) { return script_.reconcile(std::move(key)); }, workers,
        Backoff{milliseconds(5), milliseconds(50), 2.0, 0.0});
    loop_->observe([this](const Outcome& outcome, std::chrono::nanoseconds duration) {
      ++observed_[outcome.index()];
      longest_ = std::max(longest_, duration);
    });
    loop_->start();
  }
  template <class Kind>
  int observed() {
    return observed_[Outcome(Kind{}).index()];
  }
  void run_for(int ms) {
    context_.restart();
    context_.run_for(milliseconds(ms));
  }
  void TearDown() override { testing::run(context_, loop_->stop()); }

  asio::io_context context_{1};
  Script script_;
  std::optional<ControllerLoop> loop_;
  std::map<std::size_t, int> observed_;  // how often, by the kind of outcome
  std::chrono::nanoseconds longest_{0};
};

TEST_F(LoopTest, RunsKeysConcurrentlyButNeverOneTwice) {
  start(3);
  for (int i = 0; i < 10; ++i) loop_->queue().add(std::to_string(i % 5));
  run_for(3);
  for (int i = 0; i < 5; ++i) loop_->queue().add(std::to_string(i));
  run_for(60);
  EXPECT_EQ(script_.most, 3);
  EXPECT_FALSE(script_.overlapped);
  EXPECT_GE(observed<Done>(), 5);
  EXPECT_EQ(script_.now, 0);
  EXPECT_GE(longest_, milliseconds(2));
}

TEST_F(LoopTest, DoesWhatTheOutcomeAsks) {
  const Error error{ErrorCode::kUnavailable, "no answer"};
  script_.outcomes["retry"] = {Retry{error}, Retry{error}};
  script_.outcomes["wait"] = {RequeueAfter{milliseconds(10), "pod starts"}};
  start(2);
  for (const auto* key : {"retry", "wait"}) loop_->queue().add(key);
  run_for(100);
  EXPECT_EQ(script_.runs["retry"], 3);
  EXPECT_EQ(script_.runs["wait"], 2);
  EXPECT_EQ(observed<Retry>(), 2);
  EXPECT_EQ(observed<RequeueAfter>(), 1);
  EXPECT_EQ(observed<Done>(), 2);
  EXPECT_EQ(loop_->queue().logic().failures("retry"), 0U);
}

TEST_F(LoopTest, StopCancelsWhatRuns) {
  script_.length = std::chrono::hours(1);
  start(2);
  loop_->queue().add("a");
  run_for(10);
  EXPECT_EQ(script_.now, 1);
  testing::run(context_, loop_->stop());
  EXPECT_EQ(script_.now, 0);
}

}  // namespace
}  // namespace storefleet::controller
