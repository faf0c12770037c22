#include "storage/quota_ledger.hpp"

#include <array>
#include <atomic>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pqxx/pqxx>

#include "storage/directory.hpp"
#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

/// Passes on what a server and its clients say, and breaks the first connection that commits before the
/// answer to that is there.
class LosingNetwork {
 public:
  explicit LosingNetwork(const std::string& server_url)
      : server_(server_url.substr(server_url.find("host=") + 5) + "/.s.PGSQL.5432"),
        acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
        accepting_([this] { accept(); }) {}
  LosingNetwork(const LosingNetwork&) = delete;
  LosingNetwork& operator=(const LosingNetwork&) = delete;
  ~LosingNetwork() {
    ending_ = true;
    boost::system::error_code ignored;
    asio::ip::tcp::socket wake(context_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    accepting_.join();
    for (auto& one : serving_) one.join();
  }
  [[nodiscard]] std::string url() const {
    return fmt::format("postgresql://postgres@127.0.0.1:{}/postgres?sslmode=disable&gssencmode=disable",
                       acceptor_.local_endpoint().port());
  }
  [[nodiscard]] int lost() const { return lost_; }

 private:
  void accept() {
    while (true) {
      boost::system::error_code error;
      asio::ip::tcp::socket client(context_);
      acceptor_.accept(client, error);
      if (error || ending_) return;
      serving_.emplace_back([this, client = std::move(client)]() mutable { serve(client); });
    }
  }
  void serve(asio::ip::tcp::socket& client) {
    boost::system::error_code error;
    asio::local::stream_protocol::socket server(context_);
    server.connect(server_, error);
    bool committing = false;
    std::array<char, 65536> bytes{};
    while (!error && !ending_) {
      std::array<pollfd, 2> ends{pollfd{client.native_handle(), POLLIN, 0},
                                 pollfd{server.native_handle(), POLLIN, 0}};
      ::poll(ends.data(), ends.size(), 100);
      if (ends[0].revents != 0) {
        const auto size = client.read_some(asio::buffer(bytes), error);
        committing = committing || std::string_view(bytes.data(), size).contains("COMMIT");
        if (!error) asio::write(server, asio::buffer(bytes, size), error);
      }
      if (!error && ends[1].revents != 0) {
        const auto size = server.read_some(asio::buffer(bytes), error);
        if (committing && lost_ == 0) {
          ++lost_;
          break;
        }
        if (!error) asio::write(client, asio::buffer(bytes, size), error);
      }
    }
    client.close(error);
  }

  asio::io_context context_;
  asio::local::stream_protocol::endpoint server_;
  asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> ending_ = false;
  std::atomic<int> lost_ = 0;
  std::vector<std::thread> serving_;
  std::thread accepting_;  // last: it uses the rest
};

class QuotaLedgerTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    directory_.emplace(*pool_);
    ledger_.emplace(*pool_);
    ASSERT_TRUE(run_to_end(directory_->create_team({.name = "blue"})));
  }

  void allow(TeamQuota quota) {
    ASSERT_TRUE(run_to_end(directory_->update_team("blue", {.quota = std::move(quota)})));
  }
  static QuotaClaim claim(const std::string& name, std::int64_t bytes = 10,
                          const std::string& plan = "small") {
    return {.store_uid = "", .store_name = name, .team = "blue", .plan = plan, .storage_bytes = bytes};
  }
  static QuotaClaim existing(const std::string& name, std::int64_t bytes = 10,
                             const std::string& plan = "small") {
    auto made = claim(name, bytes, plan);
    made.store_uid = "uid-of-" + name;
    return made;
  }
  Result<std::string> reserve(QuotaClaim claim) { return run_to_end(ledger_->reserve(std::move(claim))); }
  Result<void> admit(QuotaClaim claim, std::string reservation = {}) {
    return run_to_end(ledger_->admit(std::move(claim), std::move(reservation)));
  }
  TeamUsage usage() { return run_to_end(directory_->team("blue"))->usage; }
  void expire(const std::string& id) {
    execute("UPDATE quota_places SET expires_at = now() - interval '1 second' WHERE id = '" + id + "'");
  }
  void execute(const std::string& sql) {
    ASSERT_TRUE(
        run_to_end(pool_->run_in_transaction([sql](pqxx::transaction_base& transaction) -> Result<void> {
          transaction.exec(sql);
          return {};
        })));
  }

  std::optional<Pool> pool_;
  std::optional<PostgresDirectory> directory_;
  std::optional<PostgresQuotaLedger> ledger_;
};

TEST_F(QuotaLedgerTest, AReservationBecomesTheStoresOwn) {
  allow({.stores = 1});
  const auto place = reserve(claim("a"));
  ASSERT_TRUE(place);
  EXPECT_EQ(usage().stores, 1);
  EXPECT_EQ(reserve(claim("b")).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(admit(existing("b")).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(admit(existing("b"), *place).error().reason, Reason::kTeamQuotaExceeded)
      << "it was made for another name";
  ASSERT_TRUE(admit(existing("a"), *place));
  ASSERT_TRUE(admit(existing("a"), *place)) << "a second time, as after a crash";
  EXPECT_EQ(usage().stores, 1);
  ASSERT_TRUE(run_to_end(ledger_->cancel(*place))) << "too late to take it back";
  EXPECT_EQ(usage().stores, 1);
  ASSERT_TRUE(run_to_end(ledger_->release("uid-of-a")));
  ASSERT_TRUE(run_to_end(ledger_->release("uid-of-a")));
  EXPECT_EQ(usage().stores, 0);
  EXPECT_TRUE(admit(existing("b")));
}

TEST_F(QuotaLedgerTest, AnExpiredReservationIsFreeForOthers) {
  allow({.stores = 1});
  const auto first = reserve(claim("a"));
  expire(*first);
  EXPECT_EQ(usage().stores, 0);
  EXPECT_TRUE(admit(existing("a"), *first)) << "late, but nobody took it";
  ASSERT_TRUE(run_to_end(ledger_->release("uid-of-a")));
  const auto second = reserve(claim("a"));
  expire(*second);
  EXPECT_TRUE(reserve(claim("b")));
  EXPECT_EQ(admit(existing("a"), *second).error().reason, Reason::kTeamQuotaExceeded);
}

TEST_F(QuotaLedgerTest, PlansAndStorageAreLimitedToo) {
  allow({.storage_bytes = 30, .plans = {"small", "medium"}});
  EXPECT_EQ(reserve(claim("a", 10, "large")).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(reserve(claim("a", 31)).error().reason, Reason::kTeamQuotaExceeded);
  ASSERT_TRUE(admit(existing("a", 10)));
  ASSERT_TRUE(admit(existing("b", 20)));
  EXPECT_EQ(usage().storage_bytes, 30);
  EXPECT_EQ(admit(existing("a", 11)).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(run_to_end(ledger_->check(existing("a", 11))).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(admit(existing("a", 10, "large")).error().reason, Reason::kTeamQuotaExceeded);
  ASSERT_TRUE(admit(existing("b", 5, "medium")));
  ASSERT_TRUE(admit(existing("a", 25, "medium")));
  EXPECT_EQ(usage().storage_bytes, 30);
}

TEST_F(QuotaLedgerTest, ASmallerQuotaLeavesWhatExists) {
  ASSERT_TRUE(admit(existing("a", 10)));
  allow({.stores = 0, .storage_bytes = 5, .plans = {"medium"}});
  EXPECT_TRUE(admit(existing("a", 10)));
  EXPECT_TRUE(admit(existing("a", 9)));
  EXPECT_EQ(admit(existing("a", 10)).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(reserve(claim("b", 1, "medium")).error().reason, Reason::kTeamQuotaExceeded);
}

TEST_F(QuotaLedgerTest, AnUnknownTeamHasNone) {
  auto wanted = claim("a");
  wanted.team = "nobody";
  EXPECT_EQ(reserve(wanted).error().reason, Reason::kUnknownTeam);
  EXPECT_EQ(run_to_end(ledger_->check(wanted)).error().code, ErrorCode::kNotFound);
}

TEST_F(QuotaLedgerTest, IsRebuiltFromTheStoresThatExist) {
  allow({.stores = 1});
  ASSERT_TRUE(admit(existing("gone")));
  execute("UPDATE quota_places SET taken_at = now() - interval '2 minutes'");
  execute("UPDATE teams SET max_stores = 2 WHERE name = 'blue'");
  ASSERT_TRUE(admit(existing("fresh")));
  ASSERT_TRUE(run_to_end(ledger_->rebuild({existing("a"), existing("b", 7)})));
  EXPECT_EQ(usage().stores, 3) << "a and b, whatever the quota says, and the one admitted just now";
  EXPECT_EQ(usage().storage_bytes, 27);
  ASSERT_TRUE(run_to_end(ledger_->rebuild({existing("a"), existing("b", 99)})));
  EXPECT_EQ(usage().storage_bytes, 27) << "what is there stays as it was admitted";
}

TEST_F(QuotaLedgerTest, AStoreThatIsNotAdmittedYetMayChangeWithinItsReservation) {
  allow({.stores = 1, .storage_bytes = 20});
  ASSERT_TRUE(reserve(claim("a")));
  const auto check = [this](const QuotaClaim& claim) { return run_to_end(ledger_->check(claim)); };
  EXPECT_TRUE(check(existing("a", 20, "medium")));
  EXPECT_EQ(check(existing("a", 21, "medium")).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(check(existing("b")).error().reason, Reason::kTeamQuotaExceeded);
  EXPECT_EQ(check(claim("a")).error().reason, Reason::kTeamQuotaExceeded) << "one more of that name";
  auto of_others = existing("a");
  of_others.team = "default";
  EXPECT_TRUE(check(of_others)) << "what blue has taken is none of their business";
  EXPECT_EQ(usage().stores, 1);
}

TEST_F(QuotaLedgerTest, AReservationWhoseAnswerGetsLostIsMadeOnce) {
  allow({.stores = 1});
  const LosingNetwork network(server_->url());
  auto through = options();
  through.url = network.url();
  Pool pool(through);
  PostgresQuotaLedger ledger(pool);
  const auto place = run_to_end(ledger.reserve(claim("a")));
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(network.lost(), 1);
  EXPECT_EQ(usage().stores, 1);
  ASSERT_TRUE(run_to_end(ledger.cancel(*place)));
  EXPECT_EQ(usage().stores, 0);
}

TEST_F(QuotaLedgerTest, NoTwoTakeTheSamePlace) {
  allow({.stores = 5});
  std::vector<std::thread> others;
  std::atomic<int> granted = 0;
  for (int i = 0; i < 4; ++i)
    others.emplace_back([&, i] {
      Pool pool(options());
      PostgresQuotaLedger ledger(pool);
      for (int n = 0; n < 5; ++n)
        if (run_to_end(ledger.reserve(claim("store-" + std::to_string(i * 5 + n))))) ++granted;
    });
  for (auto& other : others) other.join();
  EXPECT_EQ(granted, 5);
  EXPECT_EQ(usage().stores, 5);
}

}  // namespace
}  // namespace storefleet::storage
