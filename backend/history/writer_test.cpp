#include "history/writer.hpp"

#include <gmock/gmock.h>

#include "http/testing.hpp"

namespace storefleet::history {
namespace {

using ::testing::ElementsAre;

/// Keeps events in their order and refuses every append that holds one called "poison", as a database does.
class PickyHistory : public History {
 public:
  Task<Result<void>> append(std::vector<StoreEvent> events, std::int64_t) override {
    ++appends;
    if (away > 0) {
      --away;
      co_return fail(ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable);
    }
    if (newer_leader) co_return fail(ErrorCode::kConflict, "epoch 2 writes", Reason::kStaleLeader);
    for (const auto& event : events) {
      if (event.reason == "poison")
        co_return fail(ErrorCode::kInternal, "invalid byte sequence", Reason::kRefusedData);
      if (event.reason == "nonsense") co_return fail(ErrorCode::kInvalidArgument, "no such store");
    }
    for (const auto& event : events) kept.push_back(event.reason.str());
    co_return Result<void>{};
  }
  Task<Result<std::vector<StoreEvent>>> events(EventQuery) override { co_return std::vector<StoreEvent>{}; }
  Task<Result<void>> save_receipt(TeardownReceipt, std::int64_t) override { co_return Result<void>{}; }
  Task<Result<TeardownReceipt>> receipt(std::string, TeamFilter) override { co_return TeardownReceipt{}; }
  Task<Result<Pruned>> prune(Retention, std::string, std::int64_t) override { co_return Pruned{}; }
  Task<Result<void>> ping() override { co_return Result<void>{}; }

  std::vector<std::string> kept;
  int appends = 0;
  int away = 0;
  bool newer_leader = false;
};

StoreEvent named(const std::string& reason) {
  StoreEvent event;
  event.store_name = "demo";
  event.reason = reason;
  return event;
}

class HistoryWriterTest : public ::testing::Test {
 protected:
  /// Lets the writer run until it has nothing left to write, or 5 s.
  void drain() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    TaskScope scope(context_.get_executor());
    scope.spawn("writer", writer_.run());
    while (writer_.queued() > 0 && std::chrono::steady_clock::now() < until)
      context_.run_one_for(std::chrono::milliseconds(50));
    scope.cancel();
    testing::run(context_, scope.join());
  }

  asio::io_context context_{1};
  PickyHistory history_;
  HistoryWriter writer_{context_.get_executor(), history_, 1};
};

TEST_F(HistoryWriterTest, SetsAsideTheOneThatIsRefusedAndGoesOnInOrder) {
  std::vector<StoreEvent> events;
  std::vector<std::string> expected;
  for (int i = 0; i < 500; ++i) {
    const bool poison = i == 7 || i == 8 || i == 450;
    events.push_back(named(poison ? "poison" : std::to_string(i)));
    if (!poison) expected.push_back(std::to_string(i));
  }
  writer_.add(std::move(events));
  drain();
  EXPECT_EQ(history_.kept, expected);
  EXPECT_EQ(writer_.set_aside(), 3U);
  EXPECT_EQ(writer_.dropped(), 0U);
  EXPECT_LT(history_.appends, 100) << "not one append an event";
}

TEST_F(HistoryWriterTest, WaitsForADatabaseThatIsAwayWithoutLosingAnything) {
  history_.away = 1;
  writer_.add({named("a"), named("poison"), named("b")});
  drain();
  EXPECT_THAT(history_.kept, ElementsAre("a", "b"));
  EXPECT_EQ(writer_.set_aside(), 1U);
}

TEST_F(HistoryWriterTest, WhatIsNoEventAtAllIsSetAsideToo) {
  writer_.add({named("a"), named("nonsense"), named("b")});
  drain();
  EXPECT_THAT(history_.kept, ElementsAre("a", "b"));
  EXPECT_EQ(writer_.set_aside(), 1U);
}

TEST_F(HistoryWriterTest, WritesNothingMoreOnceANewerLeaderDoes) {
  history_.newer_leader = true;
  writer_.add({named("a"), named("b")});
  drain();
  EXPECT_TRUE(history_.kept.empty());
  EXPECT_EQ(writer_.queued(), 0U) << "it would be refused for ever";
  EXPECT_EQ(writer_.set_aside(), 0U) << "nothing is wrong with them";
}

TEST_F(HistoryWriterTest, WhileTheDatabaseIsAwayItHoldsSoManyAndDropsTheNewest) {
  std::vector<StoreEvent> events;
  for (std::size_t i = 0; i < HistoryWriter::kMostQueued + 3; ++i) events.push_back(named(std::to_string(i)));
  writer_.add(std::move(events));
  EXPECT_EQ(writer_.queued(), HistoryWriter::kMostQueued);
  EXPECT_EQ(writer_.dropped(), 3U);
  drain();
  ASSERT_EQ(history_.kept.size(), HistoryWriter::kMostQueued);
  EXPECT_EQ(history_.kept.front(), "0");
  EXPECT_EQ(history_.kept.back(), std::to_string(HistoryWriter::kMostQueued - 1));
}

/// Lets the writer wait for something to write, or for the database; then stops it.
void run_and_stop(asio::io_context& context, HistoryWriter& writer) {
  TaskScope scope(context.get_executor());
  scope.spawn("writer", writer.run());
  context.restart();
  context.run_for(std::chrono::milliseconds(20));
  scope.cancel();
  testing::run(context, scope.join());
}

TEST_F(HistoryWriterTest, WhatComesWhileItWaitsIsWritten) {
  TaskScope scope(context_.get_executor());
  scope.spawn("writer", writer_.run());
  context_.run_for(std::chrono::milliseconds(10));
  writer_.add({named("late")});
  EXPECT_TRUE(testing::run_until(context_, [this] { return !history_.kept.empty(); }));
  scope.cancel();
  testing::run(context_, scope.join());
}

TEST_F(HistoryWriterTest, BeforeItEndsItTriesOnceMoreForWhatIsLeft) {
  history_.away = 1;
  writer_.add({named("a"), named("b")});
  run_and_stop(context_, writer_);
  EXPECT_THAT(history_.kept, ElementsAre("a", "b"));
}

TEST_F(HistoryWriterTest, ItEndsAlsoWhereTheDatabaseStaysAway) {
  history_.away = 100;
  writer_.add({named("a")});
  run_and_stop(context_, writer_);
  EXPECT_EQ(writer_.queued(), 1U);
  EXPECT_EQ(history_.appends, 2) << "one before the stop, one after";
}

}  // namespace
}  // namespace storefleet::history
