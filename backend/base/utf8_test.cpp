#include "base/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace storefleet::inline base {
namespace {

using namespace std::string_view_literals;

TEST(Utf8Test, CountsCharacters) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("shop"), 4U);
  EXPECT_EQ(count_characters("Käse 🧀"), 6U);
}

TEST(Utf8Test, RefusesWhatIsNoText) {
  for (const auto text :
       {"a\0b"sv, "\n"sv, "\x7f"sv, "\xff"sv, "\xc3"sv, "\xc0\xaf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv})
    EXPECT_FALSE(count_characters(text)) << text;
}

}  // namespace
}  // namespace storefleet::inline base
