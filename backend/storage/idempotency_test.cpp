#include "storage/idempotency.hpp"

#include <gmock/gmock.h>
#include <pqxx/pqxx>

#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

class IdempotencyTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!server_) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    keys_.emplace(*pool_);
  }
  std::optional<RememberedAnswer> reserve(std::string caller, std::string key) {
    return run_to_end(keys_->reserve(std::move(caller), std::move(key), "hash")).value();
  }
  void age_by(const std::string& interval) {
    pqxx::connection session(server_->url());
    pqxx::work transaction(session);
    transaction.exec("UPDATE idempotency_keys SET reserved_at = reserved_at - interval '" + interval + "'");
    transaction.commit();
  }
  std::optional<Pool> pool_;
  std::optional<PostgresIdempotencyKeys> keys_;
};

TEST_F(IdempotencyTest, TheSecondUseSeesTheFirst) {
  EXPECT_FALSE(reserve("admin", "k"));
  const auto in_flight = reserve("admin", "k");
  ASSERT_TRUE(in_flight);
  EXPECT_EQ(in_flight->status, 0U);
  ASSERT_TRUE(run_to_end(keys_->remember("admin", "k", 202, R"({"name":"demo"})")));
  const auto answered = reserve("admin", "k");
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->status, 202U);
  EXPECT_EQ(answered->body, R"({"name":"demo"})");
  EXPECT_EQ(answered->body_hash, "hash");
}

TEST_F(IdempotencyTest, KeysBelongToTheirCaller) {
  EXPECT_FALSE(reserve("admin", "k"));
  EXPECT_FALSE(reserve("somebody", "k"));
}

TEST_F(IdempotencyTest, AForgottenKeyIsFree) {
  EXPECT_FALSE(reserve("admin", "k"));
  ASSERT_TRUE(run_to_end(keys_->forget("admin", "k")));
  EXPECT_FALSE(reserve("admin", "k"));
}

TEST_F(IdempotencyTest, AReservationOfADeadReplicaIsTakenOver) {
  EXPECT_FALSE(reserve("admin", "k"));
  age_by("2 minutes");
  EXPECT_FALSE(reserve("admin", "k"));
}

TEST_F(IdempotencyTest, AnAnswerIsKeptForADay) {
  EXPECT_FALSE(reserve("admin", "k"));
  ASSERT_TRUE(run_to_end(keys_->remember("admin", "k", 202, "{}")));
  age_by("23 hours");
  EXPECT_TRUE(reserve("admin", "k"));
  age_by("2 hours");
  EXPECT_FALSE(reserve("admin", "k"));
}

}  // namespace
}  // namespace storefleet::storage
