#include "controller/backoff.hpp"

#include <gtest/gtest.h>

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, GrowsToItsCeiling) {
  const Backoff backoff{milliseconds(100), milliseconds(1000), 2.0, 0.0};
  const std::pair<std::uint32_t, int> cases[] = {{0, 0},   {1, 100},  {2, 200},     {3, 400},
                                                 {4, 800}, {5, 1000}, {1000, 1000}, {4'000'000'000U, 1000}};
  for (const auto& [failures, expected] : cases)
    EXPECT_EQ(backoff.delay(failures, 0.5).count(), expected) << failures;
}

TEST(Backoff, SpreadsButStaysBelowTheCeiling) {
  const Backoff backoff{milliseconds(100), milliseconds(1000), 2.0, 0.2};
  EXPECT_EQ(backoff.delay(1, 0.0), milliseconds(80));
  EXPECT_EQ(backoff.delay(1, 0.5), milliseconds(100));
  EXPECT_EQ(backoff.delay(9, 0.99), milliseconds(1000));
  for (int i = 0; i < 1000; ++i) {
    const double random = random_fraction();
    ASSERT_GE(random, 0.0);
    ASSERT_LT(random, 1.0);
  }
}

}  // namespace
}  // namespace storefleet::controller
