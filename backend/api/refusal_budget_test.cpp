#include "api/refusal_budget.hpp"

#include <gtest/gtest.h>

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;

TEST(RefusalBudgetTest, OfManyTriesTheFirstAreRecordedAndTheRestCounted) {
  RefusalBudget budget;
  const RefusalBudget::Clock::time_point now{};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(budget.take("address/a", now), 0U);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(budget.take("address/a", now), std::nullopt);
  EXPECT_EQ(budget.dropped(), 30U);
  EXPECT_EQ(budget.take("address/b", now), 30U) << "the next line says how many there were";
  EXPECT_EQ(budget.take("address/b", now), 0U);
  EXPECT_EQ(budget.take("address/a", now + 9s), std::nullopt);
  EXPECT_EQ(budget.take("address/a", now + 10s), 1U);
}

TEST(RefusalBudgetTest, AlsoManyAddressesFillNothing) {
  RefusalBudget budget;
  const RefusalBudget::Clock::time_point now{};
  int recorded = 0;
  for (int i = 0; i < 5000; ++i)
    if (budget.take("address/" + std::to_string(i), now)) ++recorded;
  EXPECT_EQ(recorded, 200);
  EXPECT_EQ(budget.dropped(), 4800U);
}

}  // namespace
}  // namespace storefleet::api
