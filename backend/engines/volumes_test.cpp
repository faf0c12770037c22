#include "engines/volumes.hpp"

#include <gtest/gtest.h>

namespace storefleet::engines {
namespace {

TEST(ParseBytes, ReadsQuantities) {
  EXPECT_EQ(parse_bytes("1Gi"), 1073741824);
  EXPECT_EQ(parse_bytes("1.5Ki"), 1536);
  EXPECT_EQ(parse_bytes("500M"), 500'000'000);
  EXPECT_EQ(parse_bytes("7"), 7);
  for (const auto* wrong : {"", "Gi", "1Xi", "-1Gi", "1 Gi"}) EXPECT_FALSE(parse_bytes(wrong)) << wrong;
}

TEST(CheckVolumes, RefusesWhatVolumesCannotFollow) {
  const EnginePlan plan{.storage = {{"database", "5Gi"}, {"files", "1Gi"}}};
  EXPECT_TRUE(check_volumes({}, plan, VolumeGrowth::kForbidden));
  EXPECT_TRUE(check_volumes({{"database", "5120Mi"}}, plan, VolumeGrowth::kForbidden));
  EXPECT_TRUE(check_volumes({{"database", "1Gi"}}, plan, VolumeGrowth::kAllowed));
  const auto grown = check_volumes({{"database", "1Gi"}}, plan, VolumeGrowth::kForbidden);
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().reason, Reason::kVolumeSize);
  EXPECT_NE(grown.error().message.find("does not let volumes grow"), std::string::npos);
  const auto shrunk = check_volumes({{"files", "2Gi"}}, plan, VolumeGrowth::kAllowed);
  ASSERT_FALSE(shrunk);
  EXPECT_NE(shrunk.error().message.find("cannot shrink"), std::string::npos);
}

}  // namespace
}  // namespace storefleet::engines
