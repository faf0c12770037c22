#include "engines/volumes.hpp"

#include <gtest/gtest.h>

namespace storefleet::engines {
namespace {

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
