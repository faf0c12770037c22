#include "controller/watcher.hpp"

#include <gtest/gtest.h>

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;
using Kind = Watcher::Kind;

const Error kBroken{ErrorCode::kUnavailable, "reset"};
const Error kExpired{ErrorCode::kGone, "too old"};

class WatcherTest : public ::testing::Test {
 protected:
  [[nodiscard]] Watcher::Step next() const { return watcher_.next(0.5); }
  void synced() { EXPECT_TRUE(watcher_.page_received("", "10")); }

  Watcher watcher_{Backoff{milliseconds(100), milliseconds(1000), 2.0, 0.0}};
};

TEST_F(WatcherTest, ListsPageByPageThenWatches) {
  EXPECT_EQ(next().kind, Kind::kListPage);
  EXPECT_TRUE(next().first_page);
  EXPECT_FALSE(watcher_.page_received("more", "10"));
  EXPECT_FALSE(watcher_.synced());
  EXPECT_EQ(next().continue_token, "more");
  EXPECT_FALSE(next().first_page);
  EXPECT_TRUE(watcher_.page_received("", "10"));
  EXPECT_TRUE(watcher_.synced());
  EXPECT_EQ(next().kind, Kind::kWatch);
  EXPECT_EQ(next().resource_version, "10");
  EXPECT_EQ(next().wait, milliseconds(0));
}

TEST_F(WatcherTest, RepeatsAPageThatFailed) {
  EXPECT_FALSE(watcher_.page_received("more", "10"));
  watcher_.page_failed(kBroken);
  EXPECT_EQ(next().continue_token, "more");
  EXPECT_EQ(next().wait, milliseconds(100));
  watcher_.page_failed(kBroken);
  EXPECT_EQ(next().wait, milliseconds(200));
  EXPECT_TRUE(watcher_.page_received("", "10"));
  EXPECT_EQ(next().wait, milliseconds(0));
}

TEST_F(WatcherTest, StartsTheListAgainWhenItsTokenExpired) {
  EXPECT_FALSE(watcher_.page_received("more", "10"));
  watcher_.page_failed(kExpired);
  EXPECT_TRUE(next().first_page);
  EXPECT_EQ(next().continue_token, "");
}

TEST_F(WatcherTest, ResumesFromTheLastEvent) {
  synced();
  watcher_.event_received("11");
  watcher_.event_received("12");
  watcher_.watch_ended({});
  EXPECT_EQ(next().kind, Kind::kWatch);
  EXPECT_EQ(next().resource_version, "12");
  EXPECT_EQ(next().wait, milliseconds(0));
}

TEST_F(WatcherTest, WaitsAfterAWatchThatBrokeOrBroughtNothing) {
  synced();
  watcher_.event_received("11");
  watcher_.watch_ended(std::unexpected(kBroken));
  EXPECT_EQ(next().wait, milliseconds(100));
  watcher_.watch_ended({});
  EXPECT_EQ(next().wait, milliseconds(200));
  watcher_.event_received("12");
  watcher_.watch_ended({});
  EXPECT_EQ(next().wait, milliseconds(0));
}

TEST_F(WatcherTest, ListsAgainWhenThePositionExpired) {
  synced();
  watcher_.watch_ended(std::unexpected(kExpired));
  EXPECT_EQ(next().kind, Kind::kListPage);
  EXPECT_TRUE(next().first_page);
  EXPECT_EQ(next().wait, milliseconds(0));
  EXPECT_TRUE(watcher_.synced());
  EXPECT_TRUE(watcher_.page_received("", "20"));
  EXPECT_EQ(next().resource_version, "20");
}

TEST_F(WatcherTest, GivesAServerTimeThatExpiresEveryPosition) {
  synced();
  watcher_.watch_ended(std::unexpected(kExpired));
  EXPECT_TRUE(watcher_.page_received("", "20"));
  watcher_.watch_ended(std::unexpected(kExpired));
  EXPECT_EQ(next().wait, milliseconds(100));
  EXPECT_TRUE(watcher_.page_received("", "20"));
  watcher_.watch_ended(std::unexpected(kExpired));
  EXPECT_EQ(next().wait, milliseconds(200));
  EXPECT_TRUE(watcher_.page_received("", "20"));
  watcher_.event_received("21");
  watcher_.watch_ended(std::unexpected(kExpired));
  EXPECT_EQ(next().wait, milliseconds(0));
}

}  // namespace
}  // namespace storefleet::controller
