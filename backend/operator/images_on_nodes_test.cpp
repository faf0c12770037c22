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

TEST(ImageOnNodesTest, IsWhereTheNewPodsRun) {
  EXPECT_EQ(image_on_nodes_view(daemon_set(2, 3, 3)), (ImageOnNodes{"shop:2", 3, 0}));
  EXPECT_EQ(image_on_nodes_view(daemon_set(2, 1, 3)), (ImageOnNodes{"shop:2", 3, 2}))
      << "two are of the old image";
  EXPECT_EQ(image_on_nodes_view(daemon_set(2, 3, 1)), (ImageOnNodes{"shop:2", 3, 2}));
}

TEST(ImageOnNodesTest, IsNowhereWhileTheNumbersAreOfAnOlderOne) {
  EXPECT_EQ(image_on_nodes_view(daemon_set(1, 3, 3)).missing, 3);
  EXPECT_GT(image_on_nodes_view({{"metadata", {{"generation", 1}}}}).missing, 0) << "nothing was counted yet";
}

}  // namespace
}  // namespace storefleet::store_operator
