#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include "storage/audit_log.hpp"
#include "storage/directory.hpp"
#include "storage/logins.hpp"
#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

using namespace std::chrono_literals;

class AccountsTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    logins_.emplace(*pool_);
    directory_.emplace(*pool_);
  }

  User make_user(const std::string& name, PlatformRole role = PlatformRole::kUser) {
    return *run_to_end(
        directory_->create_user({.name = name, .email = name + "@example.com", .role = role}, "hash"));
  }
  static TimePoint in(std::chrono::seconds time) { return std::chrono::system_clock::now() + time; }

  std::optional<Pool> pool_;
  std::optional<PostgresLogins> logins_;
  std::optional<PostgresDirectory> directory_;
};

TEST_F(AccountsTest, TheFirstAdminIsMadeOnce) {
  ASSERT_TRUE(run_to_end(logins_->ensure_admin("admin", "first")));
  ASSERT_TRUE(run_to_end(logins_->ensure_admin("admin", "second")));
  EXPECT_EQ(run_to_end(logins_->login_of("admin"))->password_hash, "first");
  EXPECT_EQ(run_to_end(directory_->users())->size(), 1U);
  EXPECT_EQ(run_to_end(directory_->delete_user("admin")).error().reason, Reason::kLastAdmin);
  const UserChange demoted{.role = PlatformRole::kUser};
  EXPECT_EQ(run_to_end(directory_->update_user("admin", demoted)).error().reason, Reason::kLastAdmin);
  make_user("ann", PlatformRole::kAdmin);
  EXPECT_TRUE(run_to_end(directory_->update_user("admin", demoted)));
}

TEST_F(AccountsTest, AChangeLeavesTheRestAsItIs) {
  make_user("root", PlatformRole::kAdmin);
  make_user("ann");
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.email = "ann@example.com"})));
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.disabled = true})));
  const auto ann = run_to_end(directory_->update_user("ann", {.password_hash = "new hash"}));
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->email, "ann@example.com");
  EXPECT_TRUE(ann->disabled) << "a new password brings nobody back";
  EXPECT_EQ(run_to_end(directory_->create_user({.name = "ann"}, "")).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(run_to_end(directory_->update_user("bob", {})).error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, ATokenIdentifiesItsUserUntilItExpiresOrIsRevoked) {
  const auto ann = make_user("ann");
  ASSERT_TRUE(run_to_end(directory_->create_team({.name = "blue"})));
  ASSERT_TRUE(run_to_end(directory_->set_member("blue", "ann", TeamRole::kMember)));
  ASSERT_TRUE(run_to_end(directory_->set_member("blue", "ann", TeamRole::kOwner)));
  const auto token = run_to_end(logins_->create_token(
      {.user_id = ann.id, .name = "ci", .scope = TokenScope::kWrite, .expires_at = in(1h)}, "d1"));
  ASSERT_TRUE(token);
  const auto found = run_to_end(logins_->by_token("d1"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user.name, "ann");
  EXPECT_EQ(found->scope, TokenScope::kWrite);
  EXPECT_EQ(found->teams.at("blue"), TeamRole::kOwner);
  EXPECT_TRUE(run_to_end(logins_->tokens(ann.id))->front().last_used_at);
  ASSERT_TRUE(
      run_to_end(logins_->create_token({.user_id = ann.id, .name = "old", .expires_at = in(-1s)}, "d2")));
  EXPECT_EQ(run_to_end(logins_->by_token("d2")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(run_to_end(logins_->delete_token("somebody else", token->id)).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(run_to_end(logins_->delete_token(ann.id, token->id)));
  EXPECT_EQ(run_to_end(logins_->by_token("d1")).error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, SessionsEndByThemselvesAndAllAtOnce) {
  make_user("root", PlatformRole::kAdmin);
  const auto ann = make_user("ann");
  ASSERT_TRUE(run_to_end(logins_->create_session("s1", ann.id, in(1h))));
  ASSERT_TRUE(run_to_end(logins_->create_session("s2", ann.id, in(1h))));
  ASSERT_TRUE(run_to_end(logins_->create_session("s3", ann.id, in(-1s))));
  EXPECT_TRUE(run_to_end(logins_->by_session("s1")));
  EXPECT_FALSE(run_to_end(logins_->by_session("s3")));
  ASSERT_TRUE(run_to_end(logins_->delete_session("s1")));
  EXPECT_FALSE(run_to_end(logins_->by_session("s1")));
  EXPECT_TRUE(run_to_end(logins_->by_session("s2")));
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.password_hash = "new hash"})))
      << "a new password ends every session";
  EXPECT_FALSE(run_to_end(logins_->by_session("s2")));
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.disabled = true})));
  EXPECT_FALSE(run_to_end(logins_->login_of("ann"))) << "a disabled user cannot log in";
}

TEST_F(AccountsTest, FailedLoginsAreCountedPerKey) {
  ASSERT_TRUE(run_to_end(logins_->record_failure({"user/ann", "address/10.0.0.1"})));
  ASSERT_TRUE(run_to_end(logins_->record_failure({"user/ann"})));
  EXPECT_EQ(run_to_end(logins_->failures("user/ann")), 2);
  EXPECT_EQ(run_to_end(logins_->failures("address/10.0.0.1")), 1);
  const LoginTry login{.name = "ann", .address = "10.0.0.1"};
  EXPECT_TRUE(run_to_end(logins_->begin_attempt(login))->allowed);
  EXPECT_EQ(run_to_end(logins_->failures("pair/10.0.0.1/ann")), 1);
  EXPECT_EQ(run_to_end(logins_->failures("address/10.0.0.1")), 2);
  ASSERT_TRUE(run_to_end(logins_->succeed(login, TryStanding::kOrdinary)));
  EXPECT_EQ(run_to_end(logins_->failures("pair/10.0.0.1/ann")), 0);
  EXPECT_EQ(run_to_end(logins_->failures("name/ann")), 0);
  EXPECT_EQ(run_to_end(logins_->failures("address/10.0.0.1")), 1) << "what failed there before stays";
}

Task<Result<int>> count_failures(Pool& pool) {
  return pool.run_in_transaction([](pqxx::transaction_base& transaction) -> Result<int> {
    return transaction.exec1("SELECT count(*) FROM failed_logins")[0].as<int>();
  });
}

Task<Result<int>> add_old_failures(Pool& pool, int count) {
  return pool.run_in_transaction([count](pqxx::transaction_base& transaction) -> Result<int> {
    transaction.exec_params(
        "INSERT INTO failed_logins (key, at) SELECT 'name/old', now() - interval '2 hours' "
        "FROM generate_series(1, $1)",
        count);
    return count;
  });
}

TEST_F(AccountsTest, OneTryClearsAwayAFewOldFailuresNotAll) {
  ASSERT_TRUE(run_to_end(add_old_failures(*pool_, 1000)));
  ASSERT_TRUE(run_to_end(logins_->record_failure({"user/ann"})));
  EXPECT_EQ(run_to_end(count_failures(*pool_)), 1000 + 1 - 20);
  ASSERT_TRUE(run_to_end(logins_->begin_attempt({.name = "ann", .address = "10.0.0.1"})));
  EXPECT_EQ(run_to_end(count_failures(*pool_)), 1000 + 1 - 20 + 3 - 20);
}

TEST_F(AccountsTest, OfTriesAtOnceOnlyTheAllowedOnesPass) {
  std::atomic<int> allowed = 0;
  {
    std::vector<std::jthread> people;
    for (int i = 0; i < 30; ++i)
      people.emplace_back([&] {
        const auto begun = run_to_end(logins_->begin_attempt({.name = "ann", .address = "10.0.0.1"}));
        if (begun && begun->allowed) ++allowed;
      });
  }
  EXPECT_EQ(allowed, 10);
  EXPECT_EQ(run_to_end(logins_->failures("pair/10.0.0.1/ann")), 10);
  EXPECT_EQ(run_to_end(logins_->failures("address/10.0.0.1")), 10) << "what was refused does not count";
  EXPECT_TRUE(run_to_end(logins_->begin_attempt({.name = "ann", .address = "10.0.0.2"}))->allowed);
  const auto refused = run_to_end(logins_->begin_attempt({.name = "ann", .address = "10.0.0.1"}));
  EXPECT_FALSE(refused->allowed);
  EXPECT_GT(refused->retry_after, 800s);
  EXPECT_LE(refused->retry_after, 900s);
}

TEST_F(AccountsTest, ARememberedDeviceIsThatOfItsUserAlone) {
  make_user("root", PlatformRole::kAdmin);
  const auto ann = make_user("ann");
  ASSERT_TRUE(run_to_end(logins_->remember_device("d", ann.id, in(1h))));
  ASSERT_TRUE(run_to_end(logins_->remember_device("old", ann.id, in(-1s))));
  EXPECT_TRUE(run_to_end(logins_->knows_device("d", "ann")).value());
  EXPECT_FALSE(run_to_end(logins_->knows_device("d", "root")).value());
  EXPECT_FALSE(run_to_end(logins_->knows_device("old", "ann")).value());
  for (int i = 0; i < 25; ++i)
    ASSERT_TRUE(run_to_end(logins_->remember_device(fmt::format("d{}", i), ann.id, in(1h))));
  EXPECT_FALSE(run_to_end(logins_->knows_device("d", "ann")).value()) << "the oldest makes room";
  EXPECT_TRUE(run_to_end(logins_->knows_device("d24", "ann")).value());
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.password_hash = "new hash"})));
  EXPECT_FALSE(run_to_end(logins_->knows_device("d24", "ann")).value()) << "the old password is not trusted";
}

/// What a replica asks each second.
TEST_F(AccountsTest, EveryLossOfAccessIsTold) {
  make_user("root", PlatformRole::kAdmin);
  const auto ann = make_user("ann");
  ASSERT_TRUE(run_to_end(directory_->create_team({.name = "blue"})));
  std::int64_t last = 0;
  const auto told = [&] {
    const auto before = last;
    for (const auto& change : run_to_end(logins_->recent_access_changes()).value()) {
      EXPECT_EQ(change.user_id, ann.id);
      last = std::max(last, change.id);
    }
    return last > before;
  };
  EXPECT_FALSE(told());
  ASSERT_TRUE(run_to_end(logins_->create_session("s", ann.id, in(1h))));
  const auto token = run_to_end(logins_->create_token({.user_id = ann.id, .name = "ci"}, "t"));
  ASSERT_TRUE(run_to_end(logins_->by_token("t"))) << "which notes its use";
  EXPECT_FALSE(told()) << "who gets access loses none";
  ASSERT_TRUE(run_to_end(directory_->set_member("blue", "ann", TeamRole::kOwner)));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(directory_->remove_member("blue", "ann")));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(logins_->delete_session("s")));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(logins_->delete_token(ann.id, token->id)));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.email = "new@example.com"})));
  EXPECT_FALSE(told());
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.disabled = true})));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(directory_->set_member("blue", "ann", TeamRole::kOwner)));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(directory_->delete_team("blue")));
  EXPECT_TRUE(told());
  ASSERT_TRUE(run_to_end(directory_->delete_user("ann")));
  EXPECT_TRUE(told());
}

TEST_F(AccountsTest, ANewPasswordCanRevokeTokens) {
  make_user("root", PlatformRole::kAdmin);
  const auto ann = make_user("ann");
  ASSERT_TRUE(run_to_end(logins_->create_token({.user_id = ann.id, .name = "ci"}, "t")));
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.password_hash = "new hash"})));
  EXPECT_EQ(run_to_end(logins_->tokens(ann.id))->size(), 1U);
  ASSERT_TRUE(run_to_end(directory_->update_user("ann", {.password_hash = "newer", .revoke_tokens = true})));
  EXPECT_EQ(run_to_end(logins_->tokens(ann.id))->size(), 0U);
}

TEST_F(AccountsTest, ATeamThatGetsAnOldNameSeesNothingOfTheOldOne) {
  PostgresAuditLog audit(*pool_);
  const auto entries = [&](const TeamFilter& teams) {
    return run_to_end(audit.entries({.teams = teams}))->size();
  };
  const TeamFilter blue = std::vector<std::string>{"blue"};
  ASSERT_TRUE(run_to_end(directory_->create_team({.name = "blue"})));
  ASSERT_TRUE(run_to_end(audit.record({.actor = "ann", .action = "store.create", .team = "blue"})));
  EXPECT_EQ(entries(blue), 1U);
  ASSERT_TRUE(run_to_end(directory_->delete_team("blue")));
  ASSERT_TRUE(run_to_end(directory_->create_team({.name = "blue"})));
  EXPECT_EQ(entries(blue), 0U);
  EXPECT_EQ(entries(std::nullopt), 1U) << "admins see everything";
  const auto id = run_to_end(audit.begin({.actor = "root", .action = "member.set"}));
  ASSERT_TRUE(run_to_end(audit.complete(*id, {.subject = "team/blue", .team = "blue", .succeeded = true})));
  EXPECT_EQ(entries(blue), 1U) << "whose it is may be known at the end only";
}

TEST_F(AccountsTest, AnEntryIsBegunBeforeAndCompletedAfterwards) {
  PostgresAuditLog audit(*pool_);
  const auto id = run_to_end(audit.begin({.actor = "ann", .action = "store.create"}));
  ASSERT_TRUE(id);
  const auto begun = run_to_end(audit.entries({}))->front();
  EXPECT_FALSE(begun.succeeded);
  EXPECT_EQ(begun.details, (json::object{{"outcome", "unknown"}}));
  ASSERT_TRUE(run_to_end(audit.complete(
      *id, {.actor = "ann", .subject = "store/demo", .succeeded = true, .details = {{"status", 202}}})));
  const auto completed = run_to_end(audit.entries({}))->front();
  EXPECT_EQ(completed.actor, "ann");
  EXPECT_EQ(completed.subject, "store/demo");
  EXPECT_TRUE(completed.succeeded);
  EXPECT_EQ(completed.details, (json::object{{"status", 202}}));
  EXPECT_FALSE(run_to_end(audit.complete(*id + 1, {})));
  ASSERT_TRUE(run_to_end(audit.withdraw(*id)));
  EXPECT_EQ(run_to_end(audit.entries({}))->size(), 1U) << "what was completed stays";
  const auto idle = run_to_end(audit.begin({.actor = "ann", .action = "store.create"}));
  ASSERT_TRUE(run_to_end(audit.withdraw(*idle)));
  EXPECT_EQ(run_to_end(audit.entries({}))->size(), 1U);
}

TEST_F(AccountsTest, TeamsKeepTheirQuota) {
  EXPECT_EQ(run_to_end(directory_->teams())->front().name, "default");
  const Team blue{
      .name = "blue", .display_name = "Blue", .quota = {.stores = 5, .plans = {"small", "medium"}}};
  ASSERT_TRUE(run_to_end(directory_->create_team(blue)));
  EXPECT_EQ(run_to_end(directory_->create_team(blue)).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(run_to_end(directory_->team("blue"))->quota, blue.quota);
  const TeamQuota quota{.storage_bytes = 1 << 30};
  const auto changed = run_to_end(directory_->update_team("blue", {.quota = quota}));
  EXPECT_EQ(changed->quota, quota);
  EXPECT_EQ(changed->display_name, "Blue");
  EXPECT_EQ(run_to_end(directory_->set_member("red", "ann", TeamRole::kViewer)).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(run_to_end(directory_->set_member("blue", "ann", TeamRole::kViewer)).error().code,
            ErrorCode::kNotFound);
  make_user("ann");
  ASSERT_TRUE(run_to_end(directory_->set_member("blue", "ann", TeamRole::kViewer)));
  EXPECT_EQ(run_to_end(directory_->members("blue"))->front().user_name, "ann");
  EXPECT_EQ(run_to_end(directory_->members("nowhere")).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(run_to_end(directory_->delete_team("blue")));
  EXPECT_EQ(run_to_end(directory_->team("blue")).error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, OldAuditEntriesGoInBatches) {
  PostgresAuditLog audit(*pool_);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(run_to_end(audit.record({.actor = "ann", .action = "store.create"})));
  EXPECT_EQ(run_to_end(audit.prune(in(-1h), 10)).value(), 0U);
  EXPECT_EQ(run_to_end(audit.prune(in(1h), 2)).value(), 2U);
  ASSERT_EQ(run_to_end(audit.entries({}))->size(), 1U);
  EXPECT_EQ(run_to_end(audit.entries({}))->front().id, 3);
  EXPECT_EQ(run_to_end(audit.prune(in(1h), 2)).value(), 1U);
}

TEST_F(AccountsTest, TheAuditLogIsReadNewestFirstAndByTeam) {
  PostgresAuditLog audit(*pool_);
  for (const auto* team : {"blue", "red"}) ASSERT_TRUE(run_to_end(directory_->create_team({.name = team})));
  for (const auto* team : {"blue", "red", "blue"})
    ASSERT_TRUE(run_to_end(audit.record({.actor = "ann",
                                         .via = "token",
                                         .action = "store.create",
                                         .subject = "store/demo",
                                         .team = team,
                                         .details = {{"plan", "small"}}})));
  const auto all = run_to_end(audit.entries({}));
  ASSERT_EQ(all->size(), 3U);
  EXPECT_GT((*all)[0].id, (*all)[1].id);
  EXPECT_EQ((*all)[0].details, (json::object{{"plan", "small"}}));
  EXPECT_EQ(run_to_end(audit.entries({.teams = std::vector<std::string>{"red"}}))->size(), 1U);
  EXPECT_EQ(run_to_end(audit.entries({.teams = std::vector<std::string>{}}))->size(), 0U);
  EXPECT_EQ(run_to_end(audit.entries({.before = (*all)[0].id}))->size(), 2U);
  EXPECT_EQ(run_to_end(audit.entries({.before = 5'000'000'000}))->size(), 3U);
  EXPECT_EQ(run_to_end(audit.entries({.actor = "bob"}))->size(), 0U);
}

TEST_F(AccountsTest, TheAuditLogTakesEveryText) {
  PostgresAuditLog audit(*pool_);
  ASSERT_TRUE(run_to_end(audit.record({.actor = std::string("a\0n\xff", 4),
                                       .via = "token",
                                       .action = "store.delete",
                                       .subject = "store/" + std::string(100'000, 'x') + "\xc3",
                                       .request_id = "\x80",
                                       .details = {{"why", std::string("b\0c", 3)}}})));
  const auto all = run_to_end(audit.entries({}));
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].actor, "an\xef\xbf\xbd");
  EXPECT_LT((*all)[0].subject.size(), 2000U);
  EXPECT_EQ((*all)[0].details, (json::object{{"why", "bc"}}));
}

}  // namespace
}  // namespace storefleet::storage
