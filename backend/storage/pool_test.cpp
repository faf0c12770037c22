#include "storage/pool.hpp"

#include <gmock/gmock.h>
#include <pqxx/pqxx>

#include "storage/postgres_fixture.hpp"

namespace storefleet {
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
  Pool pool(limited);
  ASSERT_TRUE(run_to_end(execute(pool, "CREATE TABLE numbers (n int PRIMARY KEY)")));
  ASSERT_TRUE(run_to_end(execute(pool, "INSERT INTO numbers VALUES (1)")));
  EXPECT_EQ(run_to_end(execute(pool, "INSERT INTO numbers VALUES (1)")).error().code,
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(run_to_end(execute(pool, "SELECT pg_sleep(5)")).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(run_to_end(execute(pool, "SELECT nonsense")).error().code, ErrorCode::kInternal);
  EXPECT_EQ(run_to_end(execute(pool, "SELECT 1 FROM not_migrated_yet")).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(run_to_end(select_number(pool, "SELECT 7")), 7) << "the connection survived the errors";
}

TEST_F(PoolTest, SurvivesARestartOfPostgres) {
  Pool pool(options());
  ASSERT_EQ(run_to_end(select_number(pool, "SELECT 1")), 1);
  server_->stop();
  const auto away = run_to_end(select_number(pool, "SELECT 2"));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(away.error().reason, "DatabaseUnreachable");
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

TEST(PoolWithoutServerTest, SaysSoWithoutThePassword) {
  for (const auto* url :
       {"postgresql://sf:hunter2@127.0.0.1:1/sf", "postgresql://sf:hunter2@nowhere.invalid/sf",
        "postgresql://sf:hunter2@[oops/sf", "hunter2"}) {
    Pool pool({.url = url});
    const auto answer = run_to_end(select_number(pool, "SELECT 1"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(answer.error().message, Not(HasSubstr("hunter2"))) << url;
  }
}

}  // namespace
}  // namespace storefleet
