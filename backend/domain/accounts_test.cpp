#include "domain/accounts.hpp"

#include <gtest/gtest.h>

namespace storefleet::inline domain {
namespace {

TEST(Accounts, RolesAndScopesAreReadAsTheyAreWritten) {
  for (const auto role : {PlatformRole::kUser, PlatformRole::kAdmin})
    EXPECT_EQ(parse_platform_role(to_string(role)), role);
  for (const auto role : {TeamRole::kViewer, TeamRole::kMember, TeamRole::kOwner})
    EXPECT_EQ(parse_team_role(to_string(role)), role);
  for (const auto scope : {TokenScope::kRead, TokenScope::kWrite, TokenScope::kFull})
    EXPECT_EQ(parse_token_scope(to_string(scope)), scope);
}

TEST(Accounts, OtherWordsAreNoRoleAndNoScope) {
  for (const auto* word : {"", "Admin", "root", "admin "}) {
    EXPECT_FALSE(parse_platform_role(word)) << word;
    EXPECT_FALSE(parse_team_role(word)) << word;
    EXPECT_FALSE(parse_token_scope(word)) << word;
  }
}

}  // namespace
}  // namespace storefleet::inline domain
