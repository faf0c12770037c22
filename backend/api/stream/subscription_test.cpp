#include "api/stream/subscription.hpp"

#include <set>

#include <gmock/gmock.h>

#include "http/sse.hpp"

namespace storefleet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

StoreEvent event(std::int64_t sequence, const std::string& team = "blue") {
  return {.sequence = sequence, .store_name = "demo", .team = team, .reason = "StepFinished"};
}

Subscription::Frame frame(const std::string& text) {
  return std::make_shared<const std::string>(http::format_event({.event = "store", .data = text}));
}

/// A client that sees team blue, and may be let see others.
class SubscriptionTest : public ::testing::Test {
 protected:
  Subscription subscribe(std::int64_t after) {
    Subscription made(
        after, 2, [this](std::string_view team) { return visible_.contains(std::string(team)); },
        [this](std::string_view team, const std::string&) { return visible_.contains(std::string(team)); });
    made.on_due([this] { ++told_; });
    return made;
  }
  void append(Subscription& subscription, std::int64_t sequence, const std::string& team = "blue") {
    subscription.log_grew(window_.append(event(sequence, team)));
  }
  /// "id event" of each frame.
  static std::vector<std::string> frames(const std::string& text) {
    std::vector<std::string> found;
    http::EventStreamParser parser;
    for (const auto& frame : parser.feed(text)) found.push_back(frame.event + " " + frame.data.substr(0, 9));
    return found;
  }
  static std::vector<std::string> names(const std::string& text) {
    std::vector<std::string> found;
    http::EventStreamParser parser;
    for (const auto& frame : parser.feed(text)) found.push_back(frame.event);
    return found;
  }

  LogWindow window_{100};
  std::set<std::string> visible_{"blue"};
  int told_ = 0;
};

TEST_F(SubscriptionTest, BeginsWithTheHintBehindWhatTheClientMissed) {
  auto subscription = subscribe(0);
  append(subscription, 1);
  append(subscription, 2);
  const auto text = subscription.take(window_);
  EXPECT_THAT(names(text), ElementsAre("event", "event", "resync"));
  EXPECT_TRUE(text.contains(R"({"sequence":2,"complete":true})"));
  EXPECT_EQ(subscription.sent(), 2);
  EXPECT_THAT(subscription.take(window_), IsEmpty());
}

TEST_F(SubscriptionTest, WhatTheClientMayNotSeeMovesItsPlaceAndWakesNobody) {
  auto subscription = subscribe(0);
  append(subscription, 1, "red");
  EXPECT_EQ(subscription.sent(), 1);
  EXPECT_EQ(told_, 0);
  append(subscription, 2);
  EXPECT_EQ(told_, 1);
  append(subscription, 3, "red");
  EXPECT_EQ(subscription.sent(), 1) << "2 was not sent yet";
  subscription.take(window_);
  EXPECT_EQ(subscription.sent(), 3);
}

TEST_F(SubscriptionTest, OfAStoreOnlyTheLastChangeIsSent) {
  auto subscription = subscribe(0);
  subscription.take(window_);
  subscription.store_changed("blue", "uid-1", frame("old"));
  subscription.store_changed("blue", "uid-1", frame("new"));
  subscription.store_changed("red", "uid-2", frame("hidden"));
  EXPECT_EQ(told_, 2);
  EXPECT_THAT(frames(subscription.take(window_)), ElementsAre("store new"));
}

TEST_F(SubscriptionTest, TooManyChangedStoresBecomeOneHint) {
  auto subscription = subscribe(0);
  subscription.take(window_);
  for (const auto* uid : {"uid-1", "uid-2", "uid-3", "uid-4"})
    subscription.store_changed("blue", uid, frame(uid));
  EXPECT_THAT(names(subscription.take(window_)), ElementsAre("resync"));
}

TEST_F(SubscriptionTest, OtherAccessMakesTheClientReadTheStoresAnew) {
  auto subscription = subscribe(0);
  subscription.take(window_);
  subscription.store_changed("blue", "uid-1", frame("blue"));
  visible_ = {"red"};
  subscription.access_changed();
  EXPECT_EQ(told_, 2);
  EXPECT_THAT(names(subscription.take(window_)), ElementsAre("resync"));
}

TEST_F(SubscriptionTest, APageThatBeginsLaterIsNotComplete) {
  auto subscription = subscribe(1);
  EXPECT_THAT(names(subscription.take_page({event(2), event(3, "red")}, 9)), ElementsAre("event"));
  EXPECT_EQ(subscription.sent(), 3);
  EXPECT_THAT(names(subscription.take_page({event(6)}, 9)), ElementsAre("event"));
  EXPECT_THAT(subscription.take_page({}, 9), IsEmpty());
  EXPECT_EQ(subscription.sent(), 9);
  window_.skip_to(9);
  EXPECT_TRUE(subscription.take(window_).contains(R"({"sequence":9,"complete":false})"));
}

TEST_F(SubscriptionTest, MuchComesInPieces) {
  auto subscription = subscribe(0);
  for (std::int64_t sequence = 1; sequence <= 100; ++sequence) {
    auto long_one = event(sequence);
    long_one.message = std::string(2000, 'x');
    subscription.log_grew(window_.append(long_one));
  }
  std::vector<std::string> all;
  int pieces = 0;
  for (auto text = subscription.take(window_); !text.empty(); text = subscription.take(window_)) {
    EXPECT_LT(text.size(), 70U * 1024);
    for (auto& name : names(text)) all.push_back(std::move(name));
    ++pieces;
  }
  EXPECT_GT(pieces, 1);
  ASSERT_THAT(all, SizeIs(101));
  EXPECT_EQ(all.back(), "resync");
}

TEST_F(SubscriptionTest, NobodyNeedsToWait) {
  auto subscription = subscribe(0);
  subscription.take(window_);
  subscription.on_due(nullptr);
  subscription.store_changed("blue", "uid-1", frame("1"));
  append(subscription, 1);
  EXPECT_EQ(told_, 0);
  EXPECT_THAT(names(subscription.take(window_)), SizeIs(2));
}

}  // namespace
}  // namespace storefleet::api
