#include "base/quantity.hpp"

#include <limits>
#include <utility>

#include <gtest/gtest.h>

namespace storefleet::inline base {
namespace {

TEST(QuantityTest, NumbersWithTheirUnits) {
  const std::pair<std::string_view, double> cases[] = {
      {"4", 4},       {"250m", 0.25},        {"1500u", 0.0015}, {"12345678n", 0.012345678},
      {"1Ki", 1024},  {"2Gi", 2147483648.0}, {"1.5M", 1.5e6},   {"0", 0},
      {"1e3", 1000},  {"1E+3", 1000},        {"5e-1", 0.5},     {"1E", 1e18},
      {"+1.", 1},     {".5k", 500},          {"-1Ki", -1024},   {"1Ei", 1152921504606846976.0},
      {"0.1m", 1e-4}, {"1.5Gi", 1610612736}};
  for (const auto& [text, number] : cases)
    EXPECT_DOUBLE_EQ(parse_quantity(text).value_or(-1), number) << text;
}

TEST(QuantityTest, WhatIsNone) {
  for (const auto* bad : {"", "x", "1Q", "m", ".", "1.2.3", "1gi", "1K", "1 Gi", " 1", "1e", "1e1.5", "1e3Ki",
                          "inf", "nan", "0x10", "--1", "+-1", "1i"})
    EXPECT_FALSE(parse_quantity(bad)) << bad;
}

TEST(QuantityTest, ReadsBytes) {
  EXPECT_EQ(parse_bytes("20Gi"), std::int64_t{20} << 30);
  EXPECT_EQ(parse_bytes("1500"), 1500);
  EXPECT_EQ(parse_bytes("7"), 7);
  EXPECT_EQ(parse_bytes("2M"), 2'000'000);
  EXPECT_EQ(parse_bytes("1.5Gi"), std::int64_t{3} << 29);
  EXPECT_EQ(parse_bytes("1.5Ki"), 1536);
  EXPECT_EQ(parse_bytes("1e3"), 1000);
  EXPECT_EQ(parse_bytes("1Ei"), std::int64_t{1} << 60);
  EXPECT_EQ(parse_bytes("1500m"), 2) << "rounded up";
  EXPECT_EQ(parse_bytes("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const auto* bad : {"", "Gi", "-1Gi", "1gi", "1Xi", "9999999Ti", "8Ei", "1e999", "1 Gi", "1e3Ki"})
    EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
}

TEST(QuantityTest, WritesBytes) {
  EXPECT_EQ(bytes_text(512), "512");
  EXPECT_EQ(bytes_text(1610612736), "1.5Gi");
  EXPECT_EQ(bytes_text(20.0 * (1 << 30)), "20Gi");
}

}  // namespace
}  // namespace storefleet::inline base
