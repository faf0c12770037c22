#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace storefleet::inline base {
namespace {

TEST(QuantityTest, ReadsBytes) {
  EXPECT_EQ(parse_bytes("20Gi"), std::int64_t{20} << 30);
  EXPECT_EQ(parse_bytes("1500"), 1500);
  EXPECT_EQ(parse_bytes("2M"), 2'000'000);
  for (const auto* bad : {"", "Gi", "-1Gi", "1.5Gi", "1gi", "9999999Ti", "1 Gi"})
    EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace storefleet::inline base
