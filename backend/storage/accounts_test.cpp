#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/audit_log.hpp"
#include "storage/directory.hpp"
#include "storage/logins.hpp"
#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet {
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
  EXPECT_EQ(run_to_end(directory_->delete_user("admin")).error().reason, "LastAdmin");
  const UserChange demoted{.role = PlatformRole::kUser};
  EXPECT_EQ(run_to_end(directory_->update_user("admin", demoted)).error().reason, "LastAdmin");
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
  ASSERT_TRUE(run_to_end(logins_->succeed("user/ann", "address/10.0.0.1")));
  EXPECT_EQ(run_to_end(logins_->failures("user/ann")), 0);
  EXPECT_EQ(run_to_end(logins_->failures("address/10.0.0.1")), 0);
}

TEST_F(AccountsTest, OfTriesAtOnceOnlyTheAllowedOnesPass) {
  std::atomic<int> allowed = 0;
  {
    std::vector<std::jthread> people;
    for (int i = 0; i < 30; ++i)
      people.emplace_back([&] {
        const auto begun = run_to_end(logins_->begin_attempt({{"user/ann", 10}, {"address/10.0.0.1", 50}}));
        if (begun.value_or(false)) ++allowed;
      });
  }
  EXPECT_EQ(allowed, 10);
  EXPECT_EQ(run_to_end(logins_->failures("user/ann")), 10);
  EXPECT_EQ(run_to_end(logins_->failures("address/10.0.0.1")), 10) << "what was refused does not count";
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
}  // namespace storefleet
