#include "api/stream/log_window.hpp"

#include <gmock/gmock.h>

namespace storefleet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

StoreEvent event(std::int64_t sequence) {
  return {.sequence = sequence, .store_name = "demo", .team = "blue", .reason = "StepFinished"};
}

std::vector<std::int64_t> after(const LogWindow& window, std::int64_t sequence) {
  std::vector<std::int64_t> found;
  for (const auto& entry : window.after(sequence)) found.push_back(entry.sequence);
  return found;
}

TEST(LogWindowTest, BeginsAsFarBeforeTheEndAsItCanHold) {
  LogWindow window(3);
  EXPECT_TRUE(window.learn_end(10));
  EXPECT_EQ(window.position(), 7);
  LogWindow larger(20);
  EXPECT_TRUE(larger.learn_end(10));
  EXPECT_EQ(larger.position(), 0);
}

TEST(LogWindowTest, KeepsTheNewest) {
  LogWindow window(3);
  for (std::int64_t sequence = 1; sequence <= 5; ++sequence) window.append(event(sequence));
  EXPECT_EQ(window.position(), 5);
  EXPECT_THAT(after(window, 2), ElementsAre(3, 4, 5));
  EXPECT_THAT(after(window, 4), ElementsAre(5));
  EXPECT_THAT(after(window, 5), IsEmpty());
  EXPECT_TRUE(window.remembers_after(2));
  EXPECT_FALSE(window.remembers_after(1)) << "2 has gone";
  EXPECT_TRUE(window.remembers_after(5)) << "nothing has come after it";
}

TEST(LogWindowTest, HasNoGaps) {
  LogWindow window(9);
  for (const std::int64_t sequence : {1, 2, 5}) window.append(event(sequence));
  EXPECT_FALSE(window.remembers_after(2)) << "3 and 4 were deleted";
  EXPECT_THAT(after(window, 4), ElementsAre(5));
  window.skip_to(8);
  EXPECT_EQ(window.position(), 8);
  EXPECT_FALSE(window.remembers_after(5));
  EXPECT_THAT(after(window, 8), IsEmpty());
  window.append(event(9));
  EXPECT_THAT(after(window, 8), ElementsAre(9));
}

TEST(LogWindowTest, BeginsAnewWithAnOlderLog) {
  LogWindow window(3);
  EXPECT_TRUE(window.learn_end(0));
  for (std::int64_t sequence = 1; sequence <= 5; ++sequence) window.append(event(sequence));
  EXPECT_TRUE(window.learn_end(5));
  EXPECT_EQ(window.log_number(), 0);
  EXPECT_FALSE(window.learn_end(4));
  EXPECT_EQ(window.log_number(), 1);
  EXPECT_EQ(window.position(), 1);
  EXPECT_FALSE(window.remembers_after(0)) << "what is in memory was another log's";
}

TEST(LogWindowTest, AnEntryIsWhatStreamsSend) {
  const auto entry = log_entry(event(7));
  EXPECT_EQ(entry.team, "blue");
  EXPECT_THAT(entry.frame, HasSubstr("id: 7\nevent: event\ndata: {"));
}

}  // namespace
}  // namespace storefleet::api
