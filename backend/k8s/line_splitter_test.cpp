#include "k8s/line_splitter.hpp"

#include <gtest/gtest.h>

namespace storefleet::k8s {
namespace {

using Overlong = LineSplitter::Overlong;
using Lines = std::vector<std::string>;

Lines feed_all(LineSplitter& splitter, std::string_view text, std::size_t size) {
  Lines lines;
  for (std::size_t at = 0; at < text.size(); at += size) {
    const auto complete = splitter.feed(text.substr(at, size));
    for (const auto line : *complete) lines.emplace_back(line);
  }
  return lines;
}

TEST(LineSplitter, CutsWhereverTheBytesAreSplit) {
  const std::string text = "one\n\ntwo\nthree\nrest";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineSplitter splitter(100, Overlong::kFail);
    EXPECT_EQ(feed_all(splitter, text, size), (Lines{"one", "two", "three"})) << size;
    EXPECT_EQ(splitter.rest(), "rest");
  }
}

TEST(LineSplitter, FailsOnAnOverlongLine) {
  LineSplitter complete(4, Overlong::kFail);
  EXPECT_TRUE(complete.feed("1234\n"));
  EXPECT_FALSE(complete.feed("12345\n"));
  LineSplitter unfinished(4, Overlong::kFail);
  EXPECT_TRUE(unfinished.feed("12"));
  EXPECT_FALSE(unfinished.feed("345"));
}

TEST(LineSplitter, OrCutsItIntoPieces) {
  const std::string text = "123456789\nab\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineSplitter splitter(4, Overlong::kCut);
    EXPECT_EQ(feed_all(splitter, text, size), (Lines{"1234", "5678", "9", "ab"})) << size;
  }
}

}  // namespace
}  // namespace storefleet::k8s
