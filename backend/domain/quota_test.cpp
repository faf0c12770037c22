#include "domain/quota.hpp"

#include <gtest/gtest.h>

#include "domain/store.hpp"

namespace storefleet::inline domain {
namespace {

TEST(Quota, IsPassedByOnlyWhileTheLedgerIsAway) {
  const auto passed = [](std::string_view team, ErrorCode code) {
    return goes_without_ledger(team, {code, "why"});
  };
  EXPECT_TRUE(passed(kDefaultTeam, ErrorCode::kUnavailable));
  EXPECT_FALSE(passed(kDefaultTeam, ErrorCode::kDeadlineExceeded)) << "slow is not away";
  EXPECT_FALSE(passed(kDefaultTeam, ErrorCode::kForbidden));
  EXPECT_FALSE(passed("shops", ErrorCode::kUnavailable));
}

}  // namespace
}  // namespace storefleet::inline domain
