#include "operator/images_on_nodes.hpp"

#include <gtest/gtest.h>

namespace storefleet::store_operator {
namespace {

json::value daemon_set(std::int64_t observed, std::int64_t updated, std::int64_t ready) {
  return {{"metadata", {{"name", "images-shop"}, {"generation", 2}}},
          {"spec", {{"template", {{"spec", {{"containers", {{{"name", "image"}, {"image", "shop:2"}}}}}}}}}},
          {"status",
           {{"observedGeneration", observed},
            {"desiredNumberScheduled", 3},
            {"updatedNumberScheduled", updated},
            {"numberReady", ready}}}};
}

TEST(ImageOnNodesTest, IsEverywhereWhereItsPodsRun) {
  EXPECT_EQ(image_on_nodes_view(daemon_set(2, 3, 3)), (ImageOnNodes{"shop:2", true}));
  EXPECT_FALSE(image_on_nodes_view(daemon_set(2, 1, 3)).everywhere) << "two are of the old image";
  EXPECT_FALSE(image_on_nodes_view(daemon_set(2, 3, 1)).everywhere);
}

TEST(ImageOnNodesTest, IsNowhereWhileTheNumbersAreOfAnOlderOne) {
  EXPECT_FALSE(image_on_nodes_view(daemon_set(1, 3, 3)).everywhere);
  EXPECT_FALSE(image_on_nodes_view({{"metadata", {{"generation", 1}}}}).everywhere)
      << "nothing was counted yet";
}

TEST(ImageOnNodesTest, IsNowhereWhereNoNodeIsToHaveIt) {
  auto nowhere = daemon_set(2, 0, 0);
  nowhere.at("status").as_object()["desiredNumberScheduled"] = 0;
  EXPECT_FALSE(image_on_nodes_view(nowhere).everywhere) << "a selector that no node has";
}

}  // namespace
}  // namespace storefleet::store_operator
