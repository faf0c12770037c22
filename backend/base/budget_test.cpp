#include "base/budget.hpp"

#include <limits>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace storefleet::inline base {
namespace {

TEST(BudgetTest, OneHolderCannotTakeTheShareOfAnother) {
  Budget budget({.total = 3, .each = 2});
  auto first = budget.take("user/a");
  auto second = budget.take("user/a");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(budget.take("user/a").error(), Exhausted::kHolder);
  auto others = budget.take("user/b");
  ASSERT_TRUE(others);
  EXPECT_EQ(budget.take("user/c").error(), Exhausted::kTotal);
  EXPECT_EQ(budget.used(), 3U);
  EXPECT_EQ(budget.used_by("user/a"), 2U);
  EXPECT_EQ(budget.refused(Exhausted::kHolder), 1U);
  EXPECT_EQ(budget.refused(Exhausted::kTotal), 1U);
}

TEST(BudgetTest, WhatIsGivenBackCanBeTakenAgain) {
  Budget budget({.total = 100, .each = 60});
  {
    auto lease = budget.take("a", 60);
    ASSERT_TRUE(lease);
    EXPECT_FALSE(budget.take("a", 1));
    Budget::Lease moved = std::move(*lease);
    EXPECT_EQ(budget.used(), 60U) << "moving gives nothing back";
  }
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_TRUE(budget.take("a", 60));
}

TEST(BudgetTest, AssigningToALeaseGivesTheOldOneBack) {
  Budget budget({.total = 10, .each = 10});
  Budget::Lease held;
  held = *budget.take("a", 4);
  held = *budget.take("b", 5);
  EXPECT_EQ(budget.used_by("a"), 0U);
  EXPECT_EQ(budget.used(), 5U);
  held = {};
  EXPECT_EQ(budget.used(), 0U);
}

TEST(BudgetTest, AHugeAmountDoesNotWrapAround) {
  Budget budget({.total = 10, .each = 10});
  auto some = budget.take("a", 5);
  ASSERT_TRUE(some);
  EXPECT_FALSE(budget.take("a", std::numeric_limits<std::size_t>::max()));
  EXPECT_FALSE(budget.take("b", std::numeric_limits<std::size_t>::max() - 4));
  EXPECT_EQ(budget.used(), 5U);
}

TEST(BudgetTest, ALeaseMayOutliveTheBudget) {
  std::optional<Budget> budget(Allowance{.total = 1, .each = 1});
  auto lease = budget->take("a");
  ASSERT_TRUE(lease);
  budget.reset();
}

TEST(BudgetTest, EveryHolderIsForgottenWhenHeHoldsNothing) {
  Budget budget({.total = 5000, .each = 1});
  std::vector<Budget::Lease> held;
  for (int i = 0; i < 5000; ++i) held.push_back(*budget.take("address/" + std::to_string(i)));
  EXPECT_EQ(budget.take("address/new").error(), Exhausted::kTotal);
  held.clear();
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_EQ(budget.used_by("address/7"), 0U);
}

}  // namespace
}  // namespace storefleet::inline base
