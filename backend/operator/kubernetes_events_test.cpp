#include "operator/kubernetes_events.hpp"

#include <gmock/gmock.h>

#include "base/utf8.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const TimePoint kStart = parse_time("2026-11-24T11:15:00Z").value();

KubernetesEvent event(const std::string& uid, std::int64_t count = 1,
                      const std::string& ns = "store-000000000a") {
  return {.uid = uid,
          .ns = ns,
          .count = count,
          .at = kStart,
          .reason = "BackOff",
          .message = "cannot pull",
          .subject = "Pod/web-0"};
}

std::optional<StoreIdentity> store_a(const std::string& ns) {
  if (ns != "store-000000000a") return std::nullopt;
  return StoreIdentity{.uid = "uid-a", .name = "a", .team = "shops"};
}

class EventDeduplicatorTest : public ::testing::Test {
 protected:
  std::vector<std::string> origins(TimePoint now, std::size_t limit = 100) {
    std::vector<std::string> found;
    for (const auto& line : events_.due(now, store_a, limit)) found.push_back(line.origin);
    return found;
  }
  EventDeduplicator events_;
};

TEST(KubernetesEventTest, ReadsAnEventOfTheOldKind) {
  const auto object = parse_json(R"({"metadata":{"name":"web.1","namespace":"store-000000000a","uid":"e1",
      "creationTimestamp":"2026-11-24T11:00:00Z"},"involvedObject":{"kind":"Pod","name":"web-0"},
      "reason":"Failed","message":"m","type":"Warning","count":3,"firstTimestamp":"2026-11-24T11:00:00Z",
      "lastTimestamp":"2026-11-24T11:15:00Z","eventTime":null})")
                          .value();
  const auto read = kubernetes_event(object).value();
  EXPECT_EQ(read.uid, "e1");
  EXPECT_EQ(read.ns, "store-000000000a");
  EXPECT_EQ(read.count, 3);
  EXPECT_EQ(read.at, kStart);
  EXPECT_EQ(read.type, EventType::kWarning);
  EXPECT_EQ(read.reason, "Failed");
  EXPECT_EQ(read.subject, "Pod/web-0");
}

TEST(KubernetesEventTest, ReadsAnEventWithASeries) {
  const auto object = parse_json(R"({"metadata":{"namespace":"store-000000000a","uid":"e2"},
      "involvedObject":{"kind":"Pod","name":"web-0"},"reason":"Unhealthy","type":"Normal","count":null,
      "eventTime":"2026-11-24T11:00:00.000001Z",
      "series":{"count":7,"lastObservedTime":"2026-11-24T11:15:00.000000Z"}})")
                          .value();
  const auto read = kubernetes_event(object).value();
  EXPECT_EQ(read.count, 7);
  EXPECT_EQ(read.at, kStart);
}

TEST(KubernetesEventTest, OnlyStoreNamespacesCount) {
  EXPECT_FALSE(kubernetes_event(parse_json(R"({"metadata":{"namespace":"kube-system","uid":"e"}})").value()));
  EXPECT_FALSE(kubernetes_event(parse_json(R"({"metadata":{"namespace":"storefleet-system"}})").value()));
}

TEST(KubernetesEventTest, LongTextsAreCutBetweenCharacters) {
  std::string message;
  for (int i = 0; i < 2000; ++i) message += "ä";
  const json::value object{{"metadata", {{"namespace", "store-000000000a"}, {"uid", "e"}}},
                           {"message", "x" + message}};
  const auto read = kubernetes_event(object).value();
  EXPECT_EQ(count_characters(read.message), 1000U);
  EXPECT_TRUE(read.message.ends_with("ä…"));
}

TEST_F(EventDeduplicatorTest, AnEventBecomesALineOfItsStore) {
  events_.seen(event("e1"));
  const auto lines = events_.due(kStart, store_a, 100);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].store_uid, "uid-a");
  EXPECT_EQ(lines[0].store_name, "a");
  EXPECT_EQ(lines[0].team, "shops");
  EXPECT_EQ(lines[0].source, "kubernetes");
  EXPECT_EQ(lines[0].message, "cannot pull");
  EXPECT_EQ(lines[0].origin, "e1/1");
  events_.seen(event("e1"));
  EXPECT_THAT(origins(kStart + 1h), IsEmpty()) << "seen again in a new list";
}

TEST_F(EventDeduplicatorTest, OneThatRepeatsAddsALineAMinuteWithTheNewestCount) {
  events_.seen(event("e1"));
  EXPECT_THAT(origins(kStart), ElementsAre("e1/1"));
  for (int second = 1; second < 60; ++second) {
    events_.seen(event("e1", 1 + second));
    EXPECT_THAT(origins(kStart + std::chrono::seconds(second)), IsEmpty());
  }
  const auto lines = events_.due(kStart + 60s, store_a, 100);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].origin, "e1/60");
  EXPECT_EQ(lines[0].message, "cannot pull (60 times)");
  EXPECT_THAT(origins(kStart + 3min), IsEmpty());
}

TEST_F(EventDeduplicatorTest, TheLastCountIsWrittenBeforeAnEventIsForgotten) {
  events_.seen(event("e1"));
  EXPECT_THAT(origins(kStart), ElementsAre("e1/1"));
  events_.seen(event("e1", 5));
  events_.gone("e1");
  EXPECT_THAT(origins(kStart + 1s), ElementsAre("e1/5"));
  EXPECT_EQ(events_.known(), 0U);
  EXPECT_EQ(events_.waiting(), 0U);
}

TEST_F(EventDeduplicatorTest, ANamespaceThatIsNotKnownYetIsWaitedForAWhile) {
  events_.seen(event("early", 1, "store-000000000b"));
  EXPECT_THAT(origins(kStart), IsEmpty());
  const auto later = [](const std::string&) { return std::optional(StoreIdentity{.name = "b"}); };
  EXPECT_THAT(events_.due(kStart + 1s, later, 100), SizeIs(1));
  events_.seen(event("stray", 1, "store-000000000c"));
  EXPECT_THAT(origins(kStart), IsEmpty());
  EXPECT_THAT(origins(kStart + 2min), IsEmpty());
  EXPECT_EQ(events_.waiting(), 0U) << "given up";
}

TEST_F(EventDeduplicatorTest, WhatANewListLacksIsForgotten) {
  events_.begin_list();
  events_.seen(event("e1"));
  events_.seen(event("e2"));
  events_.end_list();
  EXPECT_THAT(origins(kStart), SizeIs(2));
  events_.begin_list();
  events_.seen(event("e2"));
  events_.end_list();
  EXPECT_EQ(events_.known(), 1U);
}

TEST_F(EventDeduplicatorTest, WhatFindsNoPlaceComesLater) {
  for (int i = 0; i < 5; ++i) events_.seen(event("e" + std::to_string(i)));
  EXPECT_THAT(origins(kStart, 3), SizeIs(3));
  EXPECT_THAT(origins(kStart, 3), SizeIs(2));
}

TEST_F(EventDeduplicatorTest, LinesComeInTheOrderOfTheirTimes) {
  for (const int minute : {3, 1, 2}) {
    auto each = event("e" + std::to_string(minute));
    each.at = kStart + std::chrono::minutes(minute);
    events_.seen(std::move(each));
  }
  EXPECT_THAT(origins(kStart + 1h), ElementsAre("e1/1", "e2/1", "e3/1"));
}

}  // namespace
}  // namespace storefleet::store_operator
