#include "base/json_scan.hpp"

#include <gmock/gmock.h>

namespace storefleet::inline base {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += R"({"a":)";
  return text + "1" + std::string(levels, '}');
}

std::size_t depth_of(const json::value& value) {
  std::size_t deepest = 0;
  if (const auto* object = value.if_object()) {
    for (const auto& [key, each] : *object) deepest = std::max(deepest, depth_of(each));
    return deepest + 1;
  }
  if (const auto* array = value.if_array()) {
    for (const auto& each : *array) deepest = std::max(deepest, depth_of(each));
    return deepest + 1;
  }
  return 0;
}

TEST(ScanMembers, FindsTheTextOfEach) {
  const auto members = scan_members(R"( {"a" : [1,{"b":"]}"}] , "c\"d":"x\\", "e":-1.5e3,"f":{}} )");
  ASSERT_TRUE(members);
  EXPECT_THAT(*members, ElementsAre(Pair("a", R"([1,{"b":"]}"}])"), Pair(R"(c\"d)", R"("x\\")"),
                                    Pair("e", "-1.5e3"), Pair("f", "{}")));
  EXPECT_TRUE(scan_members("{}")->empty());
  EXPECT_THAT(*scan_elements("[1, [2], \"3\"]"), ElementsAre("1", "[2]", "\"3\""));
  EXPECT_TRUE(scan_elements(" [ ] ")->empty());
}

TEST(ScanMembers, RefusesWhatIsNone) {
  for (const auto* text :
       {"", "[]", "1", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a", "{\"a\":\"b}"})
    EXPECT_FALSE(scan_members(text)) << text;
  for (const auto* text : {"", "{}", "[", "[1", "[1,]", "[\"a]"}) EXPECT_FALSE(scan_elements(text)) << text;
  EXPECT_EQ(scan_member("[]", "a"), "");
  EXPECT_EQ(scan_member(R"({"a":{"b":1}})", "a"), R"({"b":1})");
}

TEST(FlattenJson, CutsWhatIsTooDeepAndNothingElse) {
  EXPECT_EQ(flatten_json(R"({"a":[1,[2],{"b":"[{"}],"c":"\"["})", 2), R"({"a":[1,null,null],"c":"\"["})");
  EXPECT_EQ(flatten_json(R"({"a":[1,[2]]})", 3), R"({"a":[1,[2]]})");
}

TEST(ParseJsonFlattened, TakesAnyDepth) {
  for (const std::size_t levels : {1UL, 63UL, 64UL, 65UL, 200UL, 100'000UL}) {
    const auto parsed = parse_json_flattened(nested(levels));
    ASSERT_TRUE(parsed) << levels;
    EXPECT_EQ(depth_of(*parsed), std::min(levels, kMostJsonDepth));
  }
  EXPECT_EQ(parse_json(nested(65)).error().reason, Reason::kNestedTooDeep);
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_FALSE(parse_json_flattened(R"({"a":)"));
}

}  // namespace
}  // namespace storefleet::inline base
