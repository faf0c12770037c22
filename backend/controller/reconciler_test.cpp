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
    loop_->start();
  }
  void run_for(int ms) {
    context_.restart();
    context_.run_for(milliseconds(ms));
  }
  void TearDown() override { testing::run(context_, loop_->stop()); }

  asio::io_context context_{1};
  Script script_;
  std::optional<ControllerLoop> loop_;
};

TEST_F(LoopTest, RunsKeysConcurrentlyButNeverOneTwice) {
  start(3);
  for (int i = 0; i < 10; ++i) loop_->queue().add(std::to_string(i % 5));
  run_for(3);
  for (int i = 0; i < 5; ++i) loop_->queue().add(std::to_string(i));
  run_for(60);
  EXPECT_EQ(script_.most, 3);
  EXPECT_FALSE(script_.overlapped);
  EXPECT_GE(loop_->counts().done, 5U);
  EXPECT_EQ(loop_->counts().running, 0U);
  EXPECT_GE(loop_->counts().longest, milliseconds(2));
}

TEST_F(LoopTest, DoesWhatTheOutcomeAsks) {
  const Error error{ErrorCode::kUnavailable, "no answer"};
  script_.outcomes["retry"] = {Retry{error}, Retry{error}};
  script_.outcomes["wait"] = {RequeueAfter{milliseconds(10), "pod starts"}};
  script_.outcomes["stop"] = {Terminal{error}};
  start(2);
  int observed = 0;
  loop_->observe([&](const Outcome&, std::chrono::nanoseconds) { ++observed; });
  for (const auto* key : {"retry", "wait", "stop"}) loop_->queue().add(key);
  run_for(100);
  EXPECT_EQ(script_.runs["retry"], 3);
  EXPECT_EQ(script_.runs["wait"], 2);
  EXPECT_EQ(script_.runs["stop"], 1);
  EXPECT_EQ(loop_->counts().retried, 2U);
  EXPECT_EQ(loop_->counts().requeued, 1U);
  EXPECT_EQ(loop_->counts().terminal, 1U);
  EXPECT_EQ(loop_->counts().done, 2U);
  EXPECT_EQ(loop_->queue().logic().failures("retry"), 0U);
  EXPECT_EQ(observed, 6);
}

TEST_F(LoopTest, StopCancelsWhatRuns) {
  script_.length = std::chrono::hours(1);
  start(2);
  loop_->queue().add("a");
  run_for(10);
  EXPECT_EQ(loop_->counts().running, 1U);
  testing::run(context_, loop_->stop());
  EXPECT_EQ(loop_->counts().running, 0U);
}

}  // namespace
}  // namespace storefleet::controller
