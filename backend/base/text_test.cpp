#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/testing.hpp"
#include "base/utf8.hpp"

namespace storefleet::inline base {
namespace {

std::string repeated(std::size_t count, std::string_view what) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += what;
  return text;
}

TEST(CleanText, KeepsWhatIsFine) {
  EXPECT_EQ(clean_text("a\n\tb", 10), "a\n\tb");
  EXPECT_EQ(clean_text("größer 😀", 10), "größer 😀");
  EXPECT_EQ(clean_text("", 0), "");
  EXPECT_EQ(clean_text(repeated(160, "é"), 160), repeated(160, "é")) << "characters count, not bytes";
}

TEST(CleanText, CutsBetweenCharacters) {
  // What stopped the event log of all stores: 160 bytes, the last of them half a character.
  const auto page = std::string(159, 'a') + "é and more";
  EXPECT_EQ(clean_text(page.substr(0, 160), 200), std::string(159, 'a') + "\xef\xbf\xbd");
  EXPECT_EQ(clean_text(page, 160), std::string(159, 'a') + "…");
  EXPECT_EQ(clean_text("éé", 1), "…");
  EXPECT_EQ(clean_text("abc", 0), "");
}

TEST(CleanText, ReplacesWhatIsNoUtf8AndLeavesOutControls) {
  EXPECT_EQ(clean_text(std::string_view("a\0b\x1b[31m\x7f\r", 9), 20), "ab[31m");
  EXPECT_EQ(clean_text("a\xc2\x85z", 20), "az") << "C1 too";
  EXPECT_EQ(clean_text("a\xff\xfe\xc3z", 20), "a\xef\xbf\xbdz") << "one replacement a run";
  EXPECT_EQ(clean_text("\xed\xa0\x80", 20), "\xef\xbf\xbd") << "a surrogate alone";
  EXPECT_EQ(clean_text("\xc0\xaf", 20), "\xef\xbf\xbd") << "overlong";
}

TEST(CleanText, WhateverComesTheResultIsValidAndBounded) {
  unsigned state = 1;
  for (std::size_t round = 0; round < 2000; ++round) {
    const auto raw = testing::noise(round % 40, state);
    const auto text = clean_text(raw, 10);
    std::string visible = text;
    std::erase(visible, '\n');
    std::erase(visible, '\t');
    ASSERT_TRUE(count_characters(visible)) << "round " << round;
    ASSERT_LE(*count_characters(visible), 10U);
    ASSERT_EQ(clean_text(text, 10), text) << "cleaning again changes nothing";
  }
}

TEST(Text, IsCleanHoweverItIsMade) {
  const Text<4> from_string = std::string("abc\0defg", 8);
  EXPECT_EQ(from_string, "abc…");
  const Text<2> narrower = from_string;
  EXPECT_EQ(narrower, "a…");
  const Text<9> wider = narrower;
  EXPECT_EQ(wider.str(), "a…");
  EXPECT_EQ(fmt::format("{}!", wider), "a…!");
  EXPECT_EQ(json::value_from(wider), json::value("a…"));
  EXPECT_TRUE(Text<3>().empty());
}

}  // namespace
}  // namespace storefleet::inline base
