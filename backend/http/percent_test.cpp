#include "http/percent.hpp"

#include <gtest/gtest.h>

namespace storefleet::http {
namespace {

TEST(Percent, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encode("shop-1_a.b~"), "shop-1_a.b~");
  EXPECT_EQ(percent_encode("a b/c?d=é"), "a%20b%2Fc%3Fd%3D%C3%A9");
}

TEST(Percent, DecodesWhatIsWellFormedOnly) {
  EXPECT_EQ(percent_decode("a%20b%2fc+d"), "a b/c+d");
  EXPECT_EQ(percent_decode(""), "");
  for (const auto* text : {"%", "%2", "%2g", "abc%"}) EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(Percent, EveryByteSurvives) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
}

TEST(Query, ReadsNamesAndValues) {
  const auto query = QueryParameters::parse("?a=1&b=x%20y+z&a=2&flag&&=v");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->get("a"), "1");
  EXPECT_EQ(query->all("a"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(query->get("b"), "x y z");
  EXPECT_EQ(query->get("flag"), "");
  EXPECT_EQ(query->get(""), "v");
  EXPECT_FALSE(query->get("missing"));
  EXPECT_FALSE(QueryParameters::parse("a=%zz"));
}

TEST(Query, WritesWhatItCanReadAgain) {
  QueryParameters query;
  query.add("labelSelector", "a=b,c!=d");
  query.add_unless_empty("continue", "");
  query.add("x", "1&2");
  EXPECT_EQ(query.to_string(), "labelSelector=a%3Db%2Cc%21%3Dd&x=1%262");
  const auto again = QueryParameters::parse(query.to_string());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->get("x"), "1&2");
}

TEST(Target, SplitsAtTheFirstQuestionMark) {
  EXPECT_EQ(split_target("/a?b=c?d").path, "/a");
  EXPECT_EQ(split_target("/a?b=c?d").query, "b=c?d");
  EXPECT_EQ(split_target("/a").query, "");
}

}  // namespace
}  // namespace storefleet::http
