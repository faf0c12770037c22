#include "history/retention.hpp"

#include <gtest/gtest.h>

#include "http/testing.hpp"

namespace storefleet::history {
namespace {

/// Needs three batches, and can be away.
class BatchedHistory : public History {
 public:
  Task<Result<void>> append(std::vector<StoreEvent>, std::int64_t) override { co_return Result<void>{}; }
  Task<Result<std::vector<StoreEvent>>> events(EventQuery) override { co_return std::vector<StoreEvent>{}; }
  Task<Result<void>> save_receipt(TeardownReceipt, std::int64_t) override { co_return Result<void>{}; }
  Task<Result<TeardownReceipt>> receipt(std::string, TeamFilter) override { co_return TeardownReceipt{}; }
  Task<Result<void>> ping() override { co_return Result<void>{}; }
  Task<Result<Pruned>> prune(Retention retention, std::string after, std::int64_t leader) override {
    older_than = retention.older_than;
    epoch = leader;
    if (retention.alive) alive = *retention.alive;
    if (away) co_return fail(ErrorCode::kUnavailable, "away");
    EXPECT_EQ(after, std::string(calls, 'x')) << "goes on where it was";
    ++calls;
    co_return Pruned{.events = 2, .receipts = 1, .next = std::string(calls, 'x'), .complete = calls == 3};
  }

  std::size_t calls = 0;
  TimePoint older_than;
  std::int64_t epoch = 0;
  std::set<std::string> alive;
  bool away = false;
};

Task<void> pass(HistoryRetention& retention, TimePoint now, Result<Pruned>& outcome) {
  outcome = co_await retention.pass(now);
}

TEST(HistoryRetentionTest, APassGoesOnUntilAllStoresWereLookedAt) {
  asio::io_context context;
  BatchedHistory history;
  HistoryRetention retention(history, std::chrono::days(30), 7);
  const auto now = parse_time("2026-11-24T11:15:00Z").value();
  Result<Pruned> outcome;
  testing::run(context, pass(retention, now, outcome));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(history.calls, 3U);
  EXPECT_EQ(outcome->events, 6U);
  EXPECT_EQ(outcome->receipts, 3U);
  EXPECT_EQ(history.epoch, 7);
  EXPECT_EQ(history.older_than, parse_time("2026-10-25T11:15:00Z").value());
}

TEST(HistoryRetentionTest, APassKnowsWhichStoresThereAre) {
  asio::io_context context;
  BatchedHistory history;
  HistoryRetention retention(history, std::chrono::days(30), 7, [] {
    return std::make_shared<const std::set<std::string>>(std::set<std::string>{"uid-1"});
  });
  Result<Pruned> outcome;
  testing::run(context, pass(retention, std::chrono::system_clock::now(), outcome));
  EXPECT_EQ(history.alive, std::set<std::string>{"uid-1"});
}

TEST(HistoryRetentionTest, AFailureEndsThePass) {
  asio::io_context context;
  BatchedHistory history;
  history.away = true;
  HistoryRetention retention(history, std::chrono::days(1), 1);
  Result<Pruned> outcome;
  testing::run(context, pass(retention, std::chrono::system_clock::now(), outcome));
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace storefleet::history
