#include <gmock/gmock.h>

#include "api/testing/openapi_check.hpp"
#include "base/schema_bounds.hpp"

namespace storefleet::api {
namespace {

/// Bodies that are streamed have no end of their own: they are bounded by time.
bool is_streamed(const std::string& path) {
  return path.ends_with("/content/text/plain/schema") || path.ends_with("/content/text/event-stream/schema");
}

TEST(OpenApi, GivesEveryStringALength) {
  const OpenApiCheck contract;
  auto found = testing::unbounded(contract.document(), testing::Bounds::kStrings);
  const auto streamed = std::erase_if(found, is_streamed);
  EXPECT_THAT(found, ::testing::IsEmpty());
  EXPECT_GT(streamed, 0U) << "the walk reaches what the paths answer";
}

}  // namespace
}  // namespace storefleet::api
