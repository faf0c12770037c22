#include "api/access_watch.hpp"

#include <gmock/gmock.h>

#include "domain/testing/accounts.hpp"
#include "http/testing.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class AccessWatchTest : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }
  void begin(AccessWatchOptions options) { watch_.emplace(logins_, options); }

  Principal log_in(const std::string& name, std::map<std::string, TeamRole> teams = {}) {
    logins_.by_sessions["s-" + name] = {.user = {.id = name, .name = name}, .teams = teams};
    return {.name = name,
            .user_id = name,
            .teams = std::move(teams),
            .scope = TokenScope::kFull,
            .via = Via::kSession,
            .session = "s-" + name,
            .credential = "s-" + name};
  }
  void changed(const std::string& user) {
    logins_.changes.push_back({.id = static_cast<std::int64_t>(logins_.changes.size()) + 1, .user_id = user});
  }
  void look() { testing::run(context_, watch_->look()); }

  asio::io_context context_;
  MemoryLogins logins_;
  std::optional<AccessWatch> watch_;
};

TEST_F(AccessWatchTest, ALogOutEndsWhatIsOpenOfThatSessionAlone) {
  const auto ann = watch_->lease(log_in("ann"));
  const auto bob = watch_->lease(log_in("bob"));
  int told = 0;
  ann->on_change([&told] { ++told; });
  look();
  EXPECT_EQ(ann->ended(), "");
  logins_.by_sessions.erase("s-ann");
  logins_.by_sessions.erase("s-bob");
  changed("ann");
  look();
  EXPECT_THAT(std::string(ann->ended()), HasSubstr("log-out"));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(bob->ended(), "") << "nobody said that their access changed: they are not looked up";
  changed("bob");
  look();
  EXPECT_NE(bob->ended(), "");
  look();
  EXPECT_EQ(told, 1) << "it ends once";
}

TEST_F(AccessWatchTest, ALostMembershipChangesWhatIsSeen) {
  const auto ann = watch_->lease(log_in("ann", {{"blue", TeamRole::kViewer}}));
  int told = 0;
  ann->on_change([&told] { ++told; });
  changed("ann");
  look();
  EXPECT_EQ(told, 0) << "nothing is other than it was";
  logins_.by_sessions["s-ann"].teams.clear();
  changed("ann");
  look();
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(ann->caller().teams.empty());
  EXPECT_EQ(ann->ended(), "");
}

TEST_F(AccessWatchTest, WhatExpiresEndsByItself) {
  auto caller = log_in("ann");
  caller.expires_at = std::chrono::system_clock::now() - 1s;
  const auto lease = watch_->lease(caller);
  look();
  EXPECT_THAT(std::string(lease->ended()), HasSubstr("expired"));
}

TEST_F(AccessWatchTest, WhoeverWasKnownFromBeforeIsLookedUpOnce) {
  begin({.first_check = 0ms});
  const auto lease = watch_->lease(log_in("ann"));
  logins_.by_sessions.clear();  // before the lease, and its change was heard then
  look();
  EXPECT_NE(lease->ended(), "");
}

TEST_F(AccessWatchTest, WithoutTheDatabaseNothingIsTrustedForLong) {
  const auto lease = watch_->lease(log_in("ann"));
  logins_.away = Error{ErrorCode::kUnavailable, "away"};
  look();
  EXPECT_EQ(lease->ended(), "");
  begin({.trust = 0ms});
  const auto other = watch_->lease(log_in("ann"));
  look();
  EXPECT_THAT(std::string(other->ended()), HasSubstr("cannot be checked"));
}

TEST_F(AccessWatchTest, TheBootstrapAdminHasNothingToLose) {
  EXPECT_EQ(watch_->lease({.name = "admin", .via = Via::kBootstrap}), nullptr);
  {
    const auto lease = watch_->lease(log_in("ann"));
    EXPECT_EQ(watch_->leases(), 1U);
  }
  EXPECT_EQ(watch_->leases(), 0U);
}

}  // namespace
}  // namespace storefleet::api
