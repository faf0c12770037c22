#include "operator/lanes.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace storefleet::store_operator {
namespace {

class LanesTest : public ::testing::Test {
 protected:
  /// Enters so many stores that do not leave; how many of them found a place.
  std::size_t fill(Lane lane, Pace pace, int stores) {
    std::size_t found = 0;
    for (int i = 0; i < stores; ++i) {
      auto place = lanes_.enter(lane, pace, fmt::format("{}-{}", static_cast<int>(pace), i));
      if (!place) continue;
      ++found;
      places_.push_back(*std::move(place));
    }
    return found;
  }

  std::vector<std::string> called_;
  Lanes lanes_{[this](const std::string& store) { called_.push_back(store); }};
  std::vector<Lanes::Place> places_;
};

TEST_F(LanesTest, AnyNumberOfSlowStoresLeavesRoomForOthersInEveryLane) {
  EXPECT_LT(fill(Lane::kHelm, Pace::kSlow, 1000), 8U) << "the helper has eight workers";
  for (const auto lane : {Lane::kPods, Lane::kProbes, Lane::kRecords}) fill(lane, Pace::kSlow, 1000);
  for (const auto lane : {Lane::kCluster, Lane::kPods, Lane::kProbes, Lane::kHelm})
    EXPECT_TRUE(lanes_.enter(lane, Pace::kQuick, "quick")) << static_cast<int>(lane);
}

TEST_F(LanesTest, SlowStoresAreStillServedInTurn) {
  const auto places = fill(Lane::kPods, Pace::kSlow, 200);
  EXPECT_EQ(lanes_.waiting(), 200 - places);
  places_.clear();
  EXPECT_EQ(called_.size(), places);
  EXPECT_EQ(called_.front(), fmt::format("1-{}", places));
}

TEST_F(LanesTest, AStoreThatNeedsNoPlaceAnyMoreHoldsNone) {
  fill(Lane::kPods, Pace::kSlow, 100);
  places_.clear();
  for (int i = 0; i < 100; ++i) lanes_.forget(fmt::format("1-{}", i));
  EXPECT_EQ(lanes_.waiting(), 0U);
  called_.clear();
  EXPECT_GT(fill(Lane::kPods, Pace::kSlow, 100), 0U);
}

TEST_F(LanesTest, AStoreWaitsInOneLineAlone) {
  fill(Lane::kPods, Pace::kSlow, 32);
  EXPECT_FALSE(lanes_.enter(Lane::kPods, Pace::kSlow, "demo"));
  EXPECT_EQ(lanes_.waiting(), 1U);
  EXPECT_TRUE(lanes_.enter(Lane::kHelm, Pace::kQuick, "demo"));
  EXPECT_EQ(lanes_.waiting(), 0U);
  places_.clear();
  EXPECT_TRUE(called_.empty()) << "nothing is kept for who does something else";
}

TEST(LaneOf, WhatWaitsForPodsHelmOrSqlIsNotAmongTheClustersWork) {
  EXPECT_EQ(lane_of(ActionKind::kConfigureSite), Lane::kPods);
  EXPECT_EQ(lane_of(ActionKind::kReadLog), Lane::kPods);
  EXPECT_EQ(lane_of(ActionKind::kProbeCommerce), Lane::kProbes);
  EXPECT_EQ(lane_of(ActionKind::kUninstallRelease), Lane::kHelm);
  EXPECT_EQ(lane_of(ActionKind::kSaveReceipt), Lane::kRecords);
  EXPECT_EQ(lane_of(ActionKind::kDeleteNamespace), Lane::kCluster);
}

}  // namespace
}  // namespace storefleet::store_operator
