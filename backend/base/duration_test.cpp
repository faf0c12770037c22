#include "base/duration.hpp"

#include <gtest/gtest.h>

namespace storefleet::inline base {
namespace {

TEST(DurationTest, ReadsUnits) {
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("30s"), milliseconds(30'000));
  EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
  EXPECT_EQ(parse_duration("1h"), milliseconds(3'600'000));
  EXPECT_EQ(parse_duration("2d"), milliseconds(172'800'000));
  EXPECT_EQ(parse_duration("30d"), std::nullopt) << "longer than a command waits";
  EXPECT_EQ(parse_duration("30d", std::chrono::years(1)), std::chrono::days(30));
  EXPECT_EQ(parse_duration("7"), milliseconds(7'000));
  EXPECT_EQ(parse_duration("604800"), std::chrono::days(7));
  EXPECT_EQ(parse_duration("0"), milliseconds(0));
  for (const auto* bad :
       {"", "s", "-1s", "5 m", "8d", "1w", "99999999h", "-0s", "+1s", "1.5h", "1M", "9223372036854775807d"})
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace storefleet::inline base
