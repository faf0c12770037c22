#include "storage/history.hpp"

#include <atomic>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <pqxx/pqxx>

#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
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
  void execute(const std::string& sql) {
    ASSERT_TRUE(
        run_to_end(pool_->run_in_transaction([sql](pqxx::transaction_base& transaction) -> Result<void> {
          transaction.exec(sql);
          return {};
        })));
  }
  void make_team(const std::string& name) { execute("INSERT INTO teams (name) VALUES ('" + name + "')"); }

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
  EXPECT_THAT(sequences({.store_uid = {}, .store_name = "a", .teams = TeamFilter{{"blue"}}}), ElementsAre());
  EXPECT_THAT(sequences({.store_uid = {}, .store_name = "a", .teams = TeamFilter{{"blue", "default"}}}),
              ElementsAre(1, 3, 4));
}

TEST_F(HistoryTest, ATeamThatGetsAnOldNameSeesNothingOfTheOldOne) {
  make_team("blue");
  auto old = event("demo", "Old");
  old.team = "blue";
  TeardownReceipt receipt{.store_uid = "uid-demo",
                          .store_name = "demo",
                          .team = "blue",
                          .started_at = old.at,
                          .finished_at = old.at};
  ASSERT_TRUE(run_to_end(history_->append({old}, 1)));
  ASSERT_TRUE(run_to_end(history_->save_receipt(receipt, 1)));
  const TeamFilter blue{{"blue"}};
  EXPECT_THAT(sequences({.store_name = "demo", .teams = blue}), ElementsAre(1));
  EXPECT_TRUE(run_to_end(history_->receipt("demo", blue)));
  execute("DELETE FROM teams WHERE name = 'blue'");
  make_team("blue");
  ASSERT_TRUE(run_to_end(history_->append({old}, 1))) << "a late event of the old store";
  EXPECT_THAT(sequences({.store_name = "demo", .teams = blue}), ElementsAre());
  EXPECT_EQ(run_to_end(history_->receipt("demo", blue)).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(sequences({.store_name = "demo"}), ElementsAre(1, 2)) << "admins see everything";
  auto fresh = old;
  fresh.store_uid = "uid-2";
  ASSERT_TRUE(run_to_end(history_->append({fresh}, 1)));
  EXPECT_THAT(sequences({.store_name = "demo", .teams = blue}), ElementsAre(3));
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
  make_team("blue");
  receipt.team = "blue";
  receipt.finished_at += std::chrono::hours(1);
  ASSERT_TRUE(run_to_end(history_->save_receipt(receipt, 1)));
  const auto found = run_to_end(history_->receipt("demo", {})).value();
  EXPECT_EQ(found.store_uid, "second");
  EXPECT_EQ(found.finished_at, receipt.finished_at);
  EXPECT_EQ(found.removed, receipt.removed);
  const TeamFilter own{{"default"}};
  EXPECT_EQ(run_to_end(history_->receipt("demo", own))->store_uid, "first") << "of one's own teams";
  EXPECT_EQ(run_to_end(history_->receipt("other", {})).error().code, ErrorCode::kNotFound);
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

TEST_F(HistoryTest, WhatIsKnownByItsOriginIsLeftOutWithoutAGap) {
  const auto copied = [](const std::string& origin) {
    auto each = event("demo", "BackOff");
    each.origin = origin;
    return each;
  };
  ASSERT_TRUE(run_to_end(history_->append({copied("e1/1"), event("demo", "Own"), copied("e1/1")}, 1)));
  EXPECT_THAT(sequences({.store_name = "demo"}), ElementsAre(1, 2)) << "twice in one batch";
  ASSERT_TRUE(run_to_end(history_->append({copied("e1/1"), copied("e1/2"), event("demo", "Own")}, 2)));
  EXPECT_THAT(sequences({.store_name = "demo"}), ElementsAre(1, 2, 3, 4)) << "by the next leader";
  ASSERT_TRUE(run_to_end(history_->append({copied("e1/2")}, 2)));
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "Last")}, 2)));
  EXPECT_THAT(sequences({.store_name = "demo"}), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(HistoryTest, EventsCanBeSearched) {
  auto pulled = event("demo", "Pulled");
  pulled.source = "kubernetes";
  pulled.subject = "Pod/web-0";
  pulled.message = "Image 100%_done \\ pulled";
  auto failed = pulled;
  failed.type = EventType::kWarning;
  failed.reason = "Failed";
  failed.store_uid = "uid-old";
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "StepFinished"), pulled, failed}, 1)));
  EXPECT_THAT(sequences({.store_name = "demo", .type = EventType::kWarning}), ElementsAre(3));
  EXPECT_THAT(sequences({.store_name = "demo", .source = "kubernetes"}), ElementsAre(2, 3));
  EXPECT_THAT(sequences({.store_name = "demo", .reason = "Pulled"}), ElementsAre(2));
  EXPECT_THAT(sequences({.store_name = "demo", .text = "STEPFIN"}), ElementsAre(1));
  EXPECT_THAT(sequences({.store_name = "demo", .text = "pod/WEB"}), ElementsAre(2, 3));
  EXPECT_THAT(sequences({.store_name = "demo", .text = "100%_DONE \\"}), ElementsAre(2, 3));
  EXPECT_THAT(sequences({.store_name = "demo", .text = "100__"}), ElementsAre());
  EXPECT_THAT(sequences({.store_uid = "uid-old", .store_name = "demo"}), ElementsAre(3));
  EXPECT_THAT(sequences({.store_uid = "uid-old", .store_name = "other"}), ElementsAre());
  EXPECT_THAT(sequences({.store_name = "demo", .limit = 2, .order = EventOrder::kNewestFirst}),
              ElementsAre(3, 2));
  EXPECT_THAT(sequences({.store_name = "demo", .before = 3, .order = EventOrder::kNewestFirst}),
              ElementsAre(2, 1));
  EXPECT_THAT(sequences({.store_name = "demo", .after = 1, .before = 5'000'000'000}), ElementsAre(2, 3));
}

class RetentionTest : public HistoryTest {
 protected:
  const Retention rule_{.keep_per_store = 3, .batch = 4, .stores_a_look = 2};
  void add(const std::string& name, int count, const std::string& at) {
    auto each = event(name, "Old");
    each.at = parse_time(at).value();
    ASSERT_TRUE(
        run_to_end(history_->append(std::vector<StoreEvent>(static_cast<std::size_t>(count), each), 1)));
  }
  void add_receipt(const std::string& name, const std::string& finished_at) {
    ASSERT_TRUE(run_to_end(history_->save_receipt({.store_uid = "uid-" + name,
                                                   .store_name = name,
                                                   .team = "default",
                                                   .started_at = parse_time(finished_at).value(),
                                                   .finished_at = parse_time(finished_at).value()},
                                                  1)));
  }
  std::shared_ptr<const std::set<std::string>> alive_;
  /// Everything until it is complete; how many calls it took.
  int prune(Pruned& total) {
    auto rule = rule_;
    rule.alive = alive_;
    rule.older_than = parse_time("2026-11-01T00:00:00Z").value();
    for (int calls = 1;; ++calls) {
      const auto batch = run_to_end(history_->prune(rule, total.next, 1)).value();
      EXPECT_LE(batch.events, rule.batch);
      total.events += batch.events;
      total.receipts += batch.receipts;
      total.next = batch.next;
      if (batch.complete || calls == 100) return calls;
    }
  }
};

TEST_F(RetentionTest, OldEventsGoInBatchesButTheNewestOfAStoreStay) {
  add("a", 10, "2026-10-01T00:00:00Z");
  add("a", 1, "2026-11-20T00:00:00Z");
  add("b", 2, "2026-10-01T00:00:00Z");
  add("c", 5, "2026-11-20T00:00:00Z");
  add("d", 4, "2026-10-01T00:00:00Z");
  Pruned total;
  EXPECT_GE(prune(total), 3);
  EXPECT_EQ(total.events, 9U);
  EXPECT_THAT(sequences({.store_name = "a"}), ElementsAre(9, 10, 11)) << "the newest three";
  EXPECT_THAT(sequences({.store_name = "b"}), SizeIs(2)) << "few, though old";
  EXPECT_THAT(sequences({.store_name = "c"}), SizeIs(5)) << "young";
  EXPECT_THAT(sequences({.store_name = "d"}), SizeIs(3));
  Pruned again;
  prune(again);
  EXPECT_EQ(again.events, 0U);
  add("e", 1, "2026-11-24T00:00:00Z");
  EXPECT_THAT(sequences({.store_name = "e"}), ElementsAre(23)) << "numbers are not given again";
}

TEST_F(RetentionTest, ADeletedStoreGoesWithItsReceipt) {
  add("gone", 2, "2026-10-01T00:00:00Z");
  add_receipt("gone", "2026-10-01T01:00:00Z");
  add("recent", 2, "2026-10-01T00:00:00Z");
  add_receipt("recent", "2026-11-20T00:00:00Z");
  Pruned total;
  prune(total);
  EXPECT_EQ(total.events, 2U);
  EXPECT_EQ(total.receipts, 1U);
  EXPECT_THAT(sequences({.store_name = "gone"}), SizeIs(0));
  EXPECT_EQ(run_to_end(history_->receipt("gone", {})).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(sequences({.store_name = "recent"}), SizeIs(2));
  EXPECT_TRUE(run_to_end(history_->receipt("recent", {})));
}

TEST_F(RetentionTest, AStoreThatEndedWithoutAReceiptGoesToo) {
  add("ended", 2, "2026-10-01T00:00:00Z");
  add("alive", 2, "2026-10-01T00:00:00Z");
  add("young", 1, "2026-10-01T00:00:00Z");
  add("young", 1, "2026-11-20T00:00:00Z");
  Pruned unknown;
  prune(unknown);
  EXPECT_EQ(unknown.events, 0U) << "nobody has said which stores there are";
  alive_ = std::make_shared<const std::set<std::string>>(std::set<std::string>{"uid-alive"});
  Pruned total;
  prune(total);
  EXPECT_EQ(total.events, 2U);
  EXPECT_THAT(sequences({.store_name = "ended"}), SizeIs(0));
  EXPECT_THAT(sequences({.store_name = "alive"}), SizeIs(2));
  EXPECT_THAT(sequences({.store_name = "young"}), SizeIs(2)) << "it went after that time";
}

TEST_F(RetentionTest, ALeaderThatWasReplacedDeletesNothing) {
  ASSERT_TRUE(run_to_end(history_->append({event("demo", "New")}, 7)));
  EXPECT_EQ(run_to_end(history_->prune(rule_, "", 6)).error().code, ErrorCode::kConflict);
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

TEST_F(HistoryTest, TakesEveryTextAndSaysWhichDataItCannotStore) {
  auto odd = event("odd\xff", "cut\xc3");
  odd.message = std::string("a\0b\x01\xf0\x9f", 6);
  odd.origin = std::string("o\0", 2);
  ASSERT_TRUE(run_to_end(history_->append({odd, event("demo", "StepFinished")}, 1)));
  const auto events = run_to_end(history_->events({.store_uid = {}, .store_name = "demo"})).value();
  EXPECT_THAT(events, SizeIs(1));
  auto impossible = event("demo", "StepFinished");
  impossible.duration_seconds = std::numeric_limits<double>::quiet_NaN();  // no JSON
  const auto refused = run_to_end(history_->append({impossible}, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kRefusedData) << refused.error().message;
}

}  // namespace
}  // namespace storefleet::storage
