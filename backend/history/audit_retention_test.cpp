#include "history/audit_retention.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "http/testing.hpp"

namespace storefleet::history {
namespace {

/// Has so many entries that are old enough, and can be away.
class OldAudit : public AuditLog {
 public:
  Task<Result<void>> record(AuditEntry) override { co_return Result<void>{}; }
  Task<Result<std::int64_t>> begin(AuditEntry) override { co_return 0; }
  Task<Result<void>> withdraw(std::int64_t) override { co_return Result<void>{}; }
  Task<Result<void>> complete(std::int64_t, AuditEntry) override { co_return Result<void>{}; }
  Task<Result<std::vector<AuditEntry>>> entries(AuditQuery) override { co_return std::vector<AuditEntry>{}; }
  Task<Result<std::size_t>> prune(TimePoint before, std::size_t batch) override {
    ++calls;
    older_than = before;
    if (away) co_return fail(ErrorCode::kUnavailable, "away");
    const auto deleted = std::min(batch, old);
    old -= deleted;
    co_return deleted;
  }

  std::size_t old = 0;
  int calls = 0;
  TimePoint older_than;
  bool away = false;
};

Task<void> pass(AuditRetention& retention, TimePoint now, Result<std::size_t>& outcome) {
  outcome = co_await retention.pass(now);
}

TEST(AuditRetentionTest, APassGoesOnInBatchesUntilNothingOldIsLeft) {
  asio::io_context context;
  OldAudit audit;
  audit.old = 2500;
  AuditRetention retention(audit, std::chrono::days(30));
  Result<std::size_t> outcome;
  testing::run(context, pass(retention, parse_time("2026-11-24T11:15:00Z").value(), outcome));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(*outcome, 2500U);
  EXPECT_EQ(audit.old, 0U);
  EXPECT_EQ(audit.calls, 3);
  EXPECT_EQ(audit.older_than, parse_time("2026-10-25T11:15:00Z").value());
}

TEST(AuditRetentionTest, AFailureEndsThePass) {
  asio::io_context context;
  OldAudit audit;
  audit.away = true;
  AuditRetention retention(audit, std::chrono::days(30));
  Result<std::size_t> outcome;
  testing::run(context, pass(retention, std::chrono::system_clock::now(), outcome));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(audit.calls, 1);
}

TEST(AuditRetentionTest, EndsWhenItIsCancelledAlsoBeforeItsFirstPass) {
  asio::io_context context;
  OldAudit audit;
  AuditRetention retention(audit, std::chrono::days(30));
  TaskScope scope(context.get_executor());
  scope.spawn("retention", retention.run());
  scope.cancel();
  testing::run(context, scope.join());
  EXPECT_EQ(audit.calls, 0);
}

}  // namespace
}  // namespace storefleet::history
