#include "storage/history.hpp"

#include <atomic>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <pqxx/pqxx>

#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

StoreEvent event(const std::string& name, std::string reason) {
  return {.sequence = 0,
          .store_uid = "uid-" + name,
          .store_name = name,
          .team = "default",
          .at = parse_time("2026-11-24T11:15:00.123Z").value(),
          .type = EventType::kNormal,
          .source = "storefleet",
          .reason = std::move(reason),
          .message = "the 'message' of \"it\"",
          .subject = "release",
          .duration_seconds = 1.5};
}

class HistoryTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!server_) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    history_.emplace(*pool_);
  }
  std::vector<std::int64_t> sequences(EventQuery query) {
    std::vector<std::int64_t> found;
    for (const auto& each : run_to_end(history_->events(std::move(query))).value())
      found.push_back(each.sequence);
    return found;
  }
  std::optional<Pool> pool_;
  std::optional<PostgresHistory> history_;
};

TEST_F(HistoryTest, EventsComeBackAsTheyWereWritten) {
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "StepFinished")}, 1)));
  const auto events = run_to_end(history_->events({.store_uid = {}, .store_name = "demo"})).value();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].sequence, 1);
  EXPECT_EQ(events[0].store_uid, "uid-demo");
  EXPECT_EQ(events[0].at, parse_time("2026-11-24T11:15:00.123Z").value());
  EXPECT_EQ(events[0].message, "the 'message' of \"it\"");
  EXPECT_EQ(events[0].reason, "StepFinished");
  EXPECT_EQ(events[0].duration_seconds, 1.5);
}

TEST_F(HistoryTest, SequencesHaveNoGapsAndPagesFollow) {
  ASSERT_TRUE(run_to_end(history_->append({event("a", "One"), event("b", "Two"), event("a", "Three")}, 1)));
  ASSERT_TRUE(run_to_end(history_->append({event("a", "Four")}, 1)));
  EXPECT_THAT(sequences({.store_uid = {}, .store_name = "a"}), ElementsAre(1, 3, 4));
  EXPECT_THAT(sequences({.store_uid = "uid-b", .store_name = {}}), ElementsAre(2));
  EXPECT_THAT(sequences({.store_uid = {}, .store_name = "a", .after = 1, .limit = 1}), ElementsAre(3));
}

TEST_F(HistoryTest, ALeaderThatWasReplacedWritesNothingMore) {
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "Old")}, 1)));
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "New")}, 2)));
  EXPECT_EQ(run_to_end(history_->append({event("demo", "Late")}, 1)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(run_to_end(history_->save_receipt(TeardownReceipt{}, 1)).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "Newer")}, 2)));
  EXPECT_THAT(sequences({.store_uid = {}, .store_name = "demo"}), ElementsAre(1, 2, 3));
}

TEST_F(HistoryTest, TheNewestReceiptOfANameIsFound) {
  TeardownReceipt receipt{.store_uid = "first",
                          .store_name = "demo",
                          .team = "default",
                          .started_at = parse_time("2026-11-24T11:15:00Z").value(),
                          .finished_at = parse_time("2026-11-24T11:15:04Z").value(),
                          .removed = {{"Namespace", json::array{"store-1"}}}};
  ASSERT_TRUE(run_to_end(history_->save_receipt(receipt, 1)));
  ASSERT_TRUE(run_to_end(history_->save_receipt(receipt, 1))) << "saving again is harmless";
  receipt.store_uid = "second";
  receipt.finished_at += std::chrono::hours(1);
  ASSERT_TRUE(run_to_end(history_->save_receipt(receipt, 1)));
  const auto found = run_to_end(history_->receipt("demo")).value();
  EXPECT_EQ(found.store_uid, "second");
  EXPECT_EQ(found.finished_at, receipt.finished_at);
  EXPECT_EQ(found.removed, receipt.removed);
  EXPECT_EQ(run_to_end(history_->receipt("other")).error().code, ErrorCode::kNotFound);
}

class Listener : public pqxx::notification_receiver {
 public:
  explicit Listener(pqxx::connection_base& session)
      : notification_receiver(session, std::string(kEventsChannel)) {}
  void operator()(const std::string& payload, int) override { payloads.push_back(payload); }
  std::vector<std::string> payloads;
};

TEST_F(HistoryTest, AnAppendNotifiesListeners) {
  pqxx::connection session(server_->url());
  Listener listener(session);
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "One"), event("demo", "Two")}, 1)));
  session.await_notification(5, 0);
  EXPECT_THAT(listener.payloads, ElementsAre("2"));
}

TEST_F(HistoryTest, WritersAtTheSameTimeStillLeaveNoGap) {
  std::vector<std::jthread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([this] {
      Pool pool(options());
      PostgresHistory history(pool);
      for (int n = 0; n < 10; ++n) EXPECT_TRUE(run_to_end(history.append({event("demo", "Race")}, 1)));
    });
  writers.clear();
  std::vector<std::int64_t> expected(40);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(sequences({.store_uid = {}, .store_name = "demo"}), expected);
}

TEST_F(HistoryTest, PingFailsWhileTheServerIsAway) {
  EXPECT_TRUE(run_to_end(history_->ping()));
  server_->stop();
  EXPECT_EQ(run_to_end(history_->ping()).error().code, ErrorCode::kUnavailable);
}

class MigrateTest : public PostgresTest {};

TEST_F(MigrateTest, ReplicasThatStartTogetherMigrateOnce) {
  std::atomic<int> applied = 0;
  std::vector<std::jthread> replicas;
  replicas.reserve(6);
  for (int i = 0; i < 6; ++i)
    replicas.emplace_back([this, &applied] {
      Pool pool(options());
      const auto outcome = run_to_end(migrate(pool));
      EXPECT_TRUE(outcome) << outcome.error().message;
      applied += outcome.value_or(100);
    });
  replicas.clear();
  Pool pool(options());
  const auto recorded =
      run_to_end(pool.run_in_transaction([](pqxx::transaction_base& transaction) -> Result<int> {
        return transaction.exec1("SELECT count(*) FROM schema_migrations")[0].as<int>();
      }));
  EXPECT_EQ(applied, *recorded) << "each migration by exactly one replica";
  EXPECT_EQ(run_to_end(migrate(pool)), 0);
}

}  // namespace
}  // namespace storefleet
