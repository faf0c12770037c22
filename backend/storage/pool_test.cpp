#include "storage/pool.hpp"

#include <atomic>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <pqxx/pqxx>

#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

using testing::HasSubstr;
using testing::Not;

class PoolTest : public PostgresTest {};

Task<Result<int>> select_number(Pool& pool, std::string sql) {
  return pool.run_in_transaction([sql = std::move(sql)](pqxx::transaction_base& transaction) -> Result<int> {
    return transaction.exec1(sql)[0].as<int>();
  });
}

Task<Result<int>> execute(Pool& pool, std::string sql) {
  return pool.run_in_transaction([sql = std::move(sql)](pqxx::transaction_base& transaction) -> Result<int> {
    transaction.exec(sql);
    return 0;
  });
}

Task<void> hold_a_thread(Pool& pool, int& left) {
  co_await execute(pool, "SELECT pg_sleep(1)");
  --left;
}

Task<Result<int>> insert_then_fail(Pool& pool) {
  return pool.run_in_transaction([](pqxx::transaction_base& transaction) -> Result<int> {
    transaction.exec("INSERT INTO numbers VALUES (1)");
    return fail(ErrorCode::kConflict, "changed my mind");
  });
}

TEST_F(PoolTest, CommitsAValueAndRollsBackAnError) {
  Pool pool(options());
  ASSERT_TRUE(run_to_end(execute(pool, "CREATE TABLE numbers (n int PRIMARY KEY)")));
  EXPECT_EQ(run_to_end(insert_then_fail(pool)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(run_to_end(select_number(pool, "SELECT count(*) FROM numbers")), 0);
  ASSERT_TRUE(run_to_end(execute(pool, "INSERT INTO numbers VALUES (1)")));
  EXPECT_EQ(run_to_end(select_number(pool, "SELECT count(*) FROM numbers")), 1);
}

TEST_F(PoolTest, NamesWhatWentWrong) {
  auto limited = options();
  limited.statement_timeout = std::chrono::milliseconds(100);
  Pool patient(options());
  ASSERT_TRUE(run_to_end(execute(patient, "CREATE TABLE numbers (n int PRIMARY KEY)")));
  ASSERT_TRUE(run_to_end(execute(patient, "INSERT INTO numbers VALUES (1)")));
  Pool pool(limited);
  EXPECT_EQ(run_to_end(execute(pool, "INSERT INTO numbers VALUES (1)")).error().code,
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(run_to_end(execute(pool, "SELECT pg_sleep(5)")).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(run_to_end(execute(pool, "SELECT nonsense")).error().code, ErrorCode::kInternal);
  EXPECT_EQ(run_to_end(execute(pool, "SELECT 1 FROM not_migrated_yet")).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(
      run_to_end(execute(pool, "DO $$ BEGIN RAISE 'full' USING ERRCODE = '53200'; END $$")).error().code,
      ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(run_to_end(select_number(pool, "SELECT 7")), 7) << "the connection survived the errors";
}

TEST_F(PoolTest, SurvivesARestartOfPostgres) {
  Pool pool(options());
  ASSERT_EQ(run_to_end(select_number(pool, "SELECT 1")), 1);
  server_->stop();
  const auto away = run_to_end(select_number(pool, "SELECT 2"));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(away.error().reason, Reason::kDatabaseUnreachable);
  server_->start_again();
  EXPECT_EQ(run_to_end(select_number(pool, "SELECT 3")), 3);
}

TEST_F(PoolTest, ARestartBetweenTwoCallsIsNotNoticed) {
  Pool pool(options());
  ASSERT_EQ(run_to_end(select_number(pool, "SELECT 1")), 1);
  server_->stop();
  server_->start_again();
  EXPECT_EQ(run_to_end(select_number(pool, "SELECT 2")), 2);
}

/// A server whose network drops packets: it takes connections and bytes and says nothing.
class SilentServer {
 public:
  SilentServer() : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this] {
      while (true) {
        boost::system::error_code error;
        asio::ip::tcp::socket socket(context_);
        acceptor_.accept(socket, error);
        if (error || ending_) return;
        held_.push_back(std::move(socket));
      }
    });
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() {
    ending_ = true;
    boost::system::error_code ignored;
    asio::ip::tcp::socket wake(context_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  [[nodiscard]] std::string url() const {
    return fmt::format("postgresql://sf:hunter2@127.0.0.1:{}/sf?sslmode=disable&gssencmode=disable",
                       acceptor_.local_endpoint().port());
  }

 private:
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> ending_ = false;
  std::vector<asio::ip::tcp::socket> held_;
  std::thread thread_;
};

Task<void> count_answer(Pool& pool, int& refused, int& left) {
  const auto answer = co_await select_number(pool, "SELECT 1");
  if (!answer && answer.error().reason == Reason::kDatabaseUnreachable) ++refused;
  --left;
}

TEST(PoolWithoutServerTest, ADatabaseThatSaysNothingIsNotWaitedForByEverybody) {
  const SilentServer server;
  Pool pool({.url = server.url(), .connect_timeout = std::chrono::seconds(2), .most_waiting = 10});
  const auto started = std::chrono::steady_clock::now();
  asio::io_context context;
  TaskScope scope(context.get_executor());
  int refused = 0;
  int left = 30;
  for (int i = 0; i < 30; ++i) scope.spawn("ask", count_answer(pool, refused, left));
  context.run_for(std::chrono::milliseconds(500));
  EXPECT_EQ(refused, 20) << "more than may wait are refused at once";
  context.run_for(std::chrono::seconds(6));
  EXPECT_EQ(refused, 30);
  EXPECT_EQ(left, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(7));
  const auto asked = std::chrono::steady_clock::now();
  const auto answer = run_to_end(select_number(pool, "SELECT 1"));
  EXPECT_EQ(answer.error().reason, Reason::kDatabaseUnreachable);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::milliseconds(250))
      << "while it is known to be silent nobody waits";
}

TEST_F(PoolTest, AServerThatFallsSilentIsCutOffAndFoundAgain) {
  auto quick = options();
  quick.silence = std::chrono::milliseconds(300);
  quick.connections = 1;
  Pool pool(quick);
  ASSERT_EQ(run_to_end(select_number(pool, "SELECT 1")), 1);
  const auto silent = run_to_end(execute(pool, "SELECT pg_sleep(3)"));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().reason, Reason::kDatabaseUnreachable);
  EXPECT_EQ(silent.error().code, ErrorCode::kDeadlineExceeded) << "it can be reached";
  Result<int> again;
  for (int tries = 0; tries < 50; ++tries) {
    again = run_to_end(select_number(pool, "SELECT 2"));
    if (again) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(again, 2);
}

TEST_F(PoolTest, ALongTransactionMayBeSilentForLonger) {
  auto quick = options();
  quick.silence = std::chrono::milliseconds(200);
  Pool pool(quick);
  const auto answer = run_to_end(pool.run_in_long_transaction(
      std::chrono::seconds(20), [](pqxx::transaction_base& transaction) -> Result<int> {
        return transaction.exec1("SELECT 5 FROM pg_sleep(0.6)")[0].as<int>();
      }));
  EXPECT_EQ(answer, 5);
}

TEST_F(PoolTest, ACallThatWaitsTooLongForAThreadGivesUp) {
  auto narrow = options();
  narrow.connections = 1;
  narrow.longest_wait = std::chrono::milliseconds(100);
  Pool pool(narrow);
  ASSERT_EQ(run_to_end(select_number(pool, "SELECT 1")), 1);
  asio::io_context context;
  TaskScope scope(context.get_executor());
  int refused = 0;
  int left = 3;
  for (int i = 0; i < 2; ++i) scope.spawn("slow", hold_a_thread(pool, left));
  scope.spawn("ask", count_answer(pool, refused, left));
  context.run_for(std::chrono::seconds(5));
  EXPECT_EQ(left, 0);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(pool.refused(), 2U);
  EXPECT_EQ(pool.waiting(), 0U);
}

Task<void> keep_error(Pool& pool, std::vector<Error>& errors) {
  const auto answer = co_await select_number(pool, "SELECT 1");
  if (!answer) errors.push_back(answer.error());
}

TEST_F(PoolTest, ABusyDatabaseIsNotAway) {
  auto narrow = options();
  narrow.connections = 1;
  narrow.most_waiting = 2;
  narrow.longest_wait = std::chrono::milliseconds(100);
  Pool pool(narrow);
  std::vector<Error> errors;
  int left = 1;
  asio::io_context context;
  TaskScope scope(context.get_executor());
  scope.spawn("slow", hold_a_thread(pool, left));
  for (int i = 0; i < 2; ++i) scope.spawn("ask", keep_error(pool, errors));
  context.run_for(std::chrono::seconds(5));
  EXPECT_EQ(left, 0);
  ASSERT_EQ(errors.size(), 2U) << "one found no place to wait, one waited too long";
  for (const auto& error : errors) {
    EXPECT_EQ(error.code, ErrorCode::kDeadlineExceeded) << error.message;
    EXPECT_EQ(error.reason, Reason::kDatabaseUnreachable);
  }
}

TEST(PoolWithoutServerTest, SaysSoWithoutThePassword) {
  for (const auto* url :
       {"postgresql://sf:hunter2@127.0.0.1:1/sf", "postgresql://sf:hunter2@nowhere.invalid/sf",
        "postgresql://sf:hunter2@[oops/sf", "hunter2"}) {
    Pool pool({.url = url});
    const auto answer = run_to_end(select_number(pool, "SELECT 1"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
    for (const auto* told : {"hunter2", "127.0.0.1", "nowhere", "port", "sf"})
      EXPECT_THAT(answer.error().message, Not(HasSubstr(told))) << url;
  }
}

}  // namespace
}  // namespace storefleet::storage
