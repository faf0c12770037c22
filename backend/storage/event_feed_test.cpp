#include "storage/event_feed.hpp"

#include <atomic>
#include <mutex>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <pqxx/pqxx>

#include "storage/history.hpp"
#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

using namespace std::chrono_literals;

std::vector<StoreEvent> events(int count) {
  return std::vector<StoreEvent>(
      static_cast<std::size_t>(count),
      StoreEvent{.store_uid = "uid", .store_name = "demo", .team = "default", .source = "storefleet"});
}

/// A replica of the API that follows the log, on a thread of its own.
class Replica {
 public:
  Replica(const PoolOptions& options, std::chrono::milliseconds poll)
      : pool_(options), feed_(pool_, options, poll) {
    scope_.spawn("follow", follow());
    thread_ = std::jthread([this] { context_.run(); });
  }
  ~Replica() {
    asio::post(context_, [this] { scope_.cancel(); });
    thread_.join();
  }

  /// What came so far, once the last is `last` or a while has passed.
  std::vector<std::int64_t> wait_for(std::int64_t last, std::chrono::milliseconds at_most = 15s) {
    const auto until = std::chrono::steady_clock::now() + at_most;
    while (position_ < last && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

 private:
  Task<void> follow() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (true) {
      const auto page = co_await feed_.after(position_, 7);
      // Before the next wait: a cancellation that came while the database answered does not end one that
      // begins later.
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return;
      if (page) take(*page);
      if (!page) co_await sleep_for(20ms);
      if (page && page->size() < 7) co_await feed_.changed();
    }
  }
  void take(const std::vector<StoreEvent>& page) {
    const std::scoped_lock lock(mutex_);
    for (const auto& event : page) seen_.push_back(event.sequence);
    if (!seen_.empty()) position_ = seen_.back();
  }

  asio::io_context context_;
  Pool pool_;
  PostgresEventFeed feed_;
  std::mutex mutex_;
  std::vector<std::int64_t> seen_;
  std::atomic<std::int64_t> position_ = 0;
  TaskScope scope_{context_.get_executor()};
  std::jthread thread_;
};

class EventFeedTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!server_) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    history_.emplace(*pool_);
  }
  void append(int count) { ASSERT_TRUE(run_to_end(history_->append(events(count), 1))); }
  static std::vector<std::int64_t> up_to(int last) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(last));
    std::iota(all.begin(), all.end(), 1);
    return all;
  }
  std::optional<Pool> pool_;
  std::optional<PostgresHistory> history_;
};

TEST_F(EventFeedTest, KnowsTheLastSequenceAndWhatComesAfterOne) {
  PostgresEventFeed feed(*pool_, options());
  EXPECT_EQ(run_to_end(feed.last_sequence()), 0);
  append(5);
  EXPECT_EQ(run_to_end(feed.last_sequence()), 5);
  const auto page = run_to_end(feed.after(2, 2)).value();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].sequence, 3);
  EXPECT_EQ(page[1].sequence, 4);
}

TEST_F(EventFeedTest, TwoReplicasSeeEachEventOnceAndAtOnce) {
  Replica first(options(), 1h);  // too long to help: what comes was announced
  Replica second(options(), 1h);
  append(1);
  first.wait_for(1);
  second.wait_for(1);
  for (int i = 0; i < 20; ++i) append(1 + i % 3);
  EXPECT_EQ(first.wait_for(40), up_to(40));
  EXPECT_EQ(second.wait_for(40), up_to(40));
}

TEST_F(EventFeedTest, PollsWhereNothingIsAnnounced) {
  Replica replica(options(), 50ms);
  append(1);
  replica.wait_for(1);
  const auto insert = [](pqxx::transaction_base& transaction) -> Result<int> {
    transaction.exec(
        "INSERT INTO events (sequence, store_uid, store_name, team, at, type, source, reason, message, "
        "subject) "
        "VALUES (2, 'uid', 'demo', 'default', now(), 'Normal', 'storefleet', '', '', '')");
    transaction.exec("UPDATE event_log SET last_sequence = 2");
    return 0;
  };
  ASSERT_TRUE(run_to_end(pool_->run_in_transaction(insert)));
  EXPECT_EQ(replica.wait_for(2), up_to(2));
}

TEST_F(EventFeedTest, ARestartOfTheDatabaseLosesAndDoublesNothing) {
  Replica first(options(), 200ms);
  Replica second(options(), 200ms);
  append(10);
  first.wait_for(10);
  second.wait_for(10);
  server_->stop();
  std::jthread writer([this] {  // as the controller: again until it is written
    for (int i = 0; i < 10; ++i)
      while (!run_to_end(history_->append(events(3), 1))) std::this_thread::sleep_for(20ms);
  });
  std::this_thread::sleep_for(300ms);
  server_->start_again();
  writer.join();
  EXPECT_EQ(first.wait_for(40), up_to(40));
  EXPECT_EQ(second.wait_for(40), up_to(40));
  append(2);  // announced again: the connection that listens was made anew
  EXPECT_EQ(first.wait_for(42), up_to(42));
}

TEST_F(EventFeedTest, EndsWhileTheDatabaseIsAway) {
  auto replica = std::make_unique<Replica>(options(), 50ms);
  append(1);
  replica->wait_for(1);
  server_->stop();
  std::this_thread::sleep_for(100ms);
  replica.reset();
}

}  // namespace
}  // namespace storefleet::storage
