#include "controller/watch_cache.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "k8s/testing.hpp"

namespace storefleet::controller {
namespace {

using k8s::testing::After;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Pod {
  std::string phase;
  std::string store;
};

std::optional<Pod> project(const json::value& object) {
  if (string_or(object, {"status", "phase"}) == "Ignored") return std::nullopt;
  return Pod{string_or(object, {"status", "phase"}), string_or(object, {"metadata", "labels", "store"})};
}

std::string store_of(const k8s::ObjectName& /*name*/, const Pod& pod) {
  return pod.store;
}

std::string pod(std::string_view name, std::string_view phase, std::string_view store, int version) {
  return fmt::format(
      R"({{"metadata":{{"name":"{}","namespace":"n","resourceVersion":"{}","labels":{{"store":"{}"}}}},"status":{{"phase":"{}"}}}})",
      name, version, store, phase);
}

std::string page(std::vector<std::string> items, std::string_view more, int version) {
  return fmt::format(R"({{"metadata":{{"continue":"{}","resourceVersion":"{}"}},"items":[{}]}})", more,
                     version, fmt::join(items, ","));
}

std::string event(std::string_view type, const std::string& object) {
  return fmt::format(R"({{"type":"{}","object":{}}})", type, object) + "\n";
}

class WatchCacheTest : public k8s::testing::ApiTest {
 protected:
  void start() {
    ReflectorOptions options;
    options.page_size = 2;
    options.backoff = {std::chrono::milliseconds(5), std::chrono::milliseconds(20), 2.0, 0.0};
    cache_.emplace(*client_, k8s::kPod, options, project, store_of);
    cache_->on_change([this](const k8s::ObjectName& name, const Pod* old, const Pod* now) {
      changes_.push_back(fmt::format("{}: {} -> {}", name.name, old == nullptr ? "-" : old->phase,
                                     now == nullptr ? "-" : now->phase));
    });
    scope_.emplace(context_.get_executor());
    scope_->spawn("cache", cache_->run());
  }

  void TearDown() override {
    if (scope_) {
      scope_->cancel();
      run(scope_->join());
    }
    ApiTest::TearDown();
  }

  std::vector<std::string> phases(const std::string& store) {
    std::vector<std::string> result;
    for (const auto* value : cache_->by_index(store)) result.push_back(value->phase);
    return result;
  }

  std::optional<WatchCache<Pod>> cache_;
  std::vector<std::string> changes_;
  std::optional<TaskScope> scope_;
};

TEST_F(WatchCacheTest, ListsInPagesAndFollows) {
  api_->expect("GET", "/api/v1/pods?limit=2",
               {.body = page({pod("a", "Pending", "s1", 1), pod("b", "Running", "s1", 2)}, "more", 9)});
  api_->expect("GET", "/api/v1/pods?limit=2&continue=more",
               {.body = page({pod("c", "Running", "s2", 3)}, "", 9)});
  api_->expect("GET", "/api/v1/pods?watch=true&resourceVersion=9",
               {.pieces = {event("MODIFIED", pod("a", "Running", "s2", 10)),
                           event("DELETED", pod("b", "Running", "s1", 11)),
                           event("ADDED", pod("d", "Ignored", "s2", 12)),
                           event("MODIFIED", pod("c", "Ignored", "s2", 13))},
                .after = After::kHold});
  start();
  run(cache_->wait_synced());
  ASSERT_TRUE(run_until([&] { return changes_.size() == 6; }));
  EXPECT_THAT(changes_, ElementsAre("a: - -> Pending", "b: - -> Running", "c: - -> Running",
                                    "a: Pending -> Running", "b: Running -> -", "c: Running -> -"));
  EXPECT_EQ(cache_->size(), 1U);
  ASSERT_NE(cache_->find({"n", "a"}), nullptr);
  EXPECT_EQ(cache_->find({"n", "b"}), nullptr);
  EXPECT_THAT(phases("s1"), IsEmpty());
  EXPECT_THAT(phases("s2"), ElementsAre("Running"));
  EXPECT_EQ(cache_->entries_by_index("s2")[0].first->name, "a");
}

TEST_F(WatchCacheTest, ResumesABrokenWatchFromItsBookmark) {
  api_->expect("GET", "/api/v1/pods?limit", {.body = page({pod("a", "Pending", "s", 1)}, "", 9)});
  api_->expect("GET", "/api/v1/pods?watch=true&resourceVersion=9",
               {.pieces = {event("BOOKMARK", R"({"metadata":{"resourceVersion":"20"}})")}});
  api_->expect("GET", "/api/v1/pods?watch=true&resourceVersion=20", {.status = 503});
  api_->expect("GET", "/api/v1/pods?watch=true&resourceVersion=20",
               {.pieces = {event("MODIFIED", pod("a", "Running", "s", 21))}, .after = After::kHold});
  start();
  ASSERT_TRUE(run_until([&] { return changes_.size() == 2; }));
  EXPECT_EQ(cache_->reflector().lists(), 1U);
  EXPECT_EQ(cache_->reflector().watches(), 3U);
}

TEST_F(WatchCacheTest, ListsAgainWhenThePositionExpiredAndTellsWhatWasMissed) {
  api_->expect("GET", "/api/v1/pods?limit",
               {.body = page({pod("a", "Running", "s", 1), pod("b", "Running", "s", 2)}, "", 9)});
  api_->expect(
      "GET", "/api/v1/pods?watch",
      {.pieces = {event("ERROR", R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})")}});
  api_->expect("GET", "/api/v1/pods?limit",
               {.body = page({pod("b", "Running", "s", 2), pod("c", "Pending", "s", 30)}, "", 31)});
  api_->expect("GET", "/api/v1/pods?watch=true&resourceVersion=31",
               {.pieces = {"\n"}, .after = After::kHold});
  start();
  ASSERT_TRUE(run_until([&] { return cache_->reflector().watches() == 2; }));
  EXPECT_THAT(changes_, ElementsAre("a: - -> Running", "b: - -> Running", "b: Running -> Running",
                                    "c: - -> Pending", "a: Running -> -"));
  EXPECT_TRUE(cache_->synced());
  EXPECT_EQ(cache_->size(), 2U);
}

TEST_F(WatchCacheTest, AListThatBreaksIsNotTakenForComplete) {
  api_->expect("GET", "/api/v1/pods?limit", {.body = page({pod("a", "Running", "s", 1)}, "more", 9)});
  api_->expect("GET", "/api/v1/pods?limit=2&continue=more", {.status = 410});
  api_->expect("GET", "/api/v1/pods?limit", {.status = 500});
  api_->expect("GET", "/api/v1/pods?limit", {.body = page({pod("b", "Running", "s", 1)}, "", 9)});
  api_->expect("GET", "/api/v1/pods?watch", {.pieces = {"\n"}, .after = After::kHold});
  start();
  ASSERT_TRUE(run_until([&] { return cache_->synced(); }));
  EXPECT_THAT(changes_, ElementsAre("a: - -> Running", "b: - -> Running", "a: Running -> -"));
  EXPECT_EQ(cache_->reflector().lists(), 1U);
}

TEST_F(WatchCacheTest, SaysForHowLongNothingButFailuresHasCome) {
  api_->expect("GET", "/api/v1/pods?limit", {.body = page({pod("a", "Running", "s", 1)}, "", 9)});
  for (int i = 0; i < 3; ++i) api_->expect("GET", "/api/v1/pods?watch", {.status = 503});
  start();  // after the script every answer is 500
  ASSERT_TRUE(run_until([&] { return cache_->failing_for().count() > 0; }));
  EXPECT_TRUE(cache_->synced()) << "what it has may be old";
  api_->expect("GET", "/api/v1/pods?watch=true&resourceVersion=9",
               {.pieces = {event("MODIFIED", pod("a", "Gone", "s", 10))}, .after = After::kHold});
  ASSERT_TRUE(run_until([&] { return changes_.size() == 2; }));
  EXPECT_EQ(cache_->failing_for().count(), 0);
}

std::string poison(std::string_view name, int version) {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"a":)";
  return fmt::format(
      R"({{"metadata":{{"name":"{}","namespace":"n","resourceVersion":"{}","labels":{{"store":"s"}}}},"spec":{}1{},"status":{{"phase":"Deep"}}}})",
      name, version, deep, std::string(300, '}'));
}

TEST_F(WatchCacheTest, AnObjectBeyondAllLimitsHidesNoOther) {
  api_->expect(
      "GET", "/api/v1/pods?limit",
      {.body = page({pod("a", "Running", "s", 1), poison("b", 2), pod("c", "Running", "s", 3)}, "", 9)});
  api_->expect(
      "GET", "/api/v1/pods?watch=true&resourceVersion=9",
      {.pieces = {event("ADDED", poison("d", 10)), event("MODIFIED", pod("a", "Gone", "s", 11)),
                  event("DELETED", poison("d", 12)),
                  event("ADDED", R"({"metadata":{"name":"e","resourceVersion":"13"},"spec":"\ud800"})"),
                  event("MODIFIED", pod("c", "Gone", "s", 14))},
       .after = After::kHold});
  start();
  ASSERT_TRUE(run_until([&] { return changes_.size() == 8; })) << changes_.size();
  EXPECT_THAT(changes_, ElementsAre("a: - -> Running", "b: - -> Deep", "c: - -> Running", "d: - -> Deep",
                                    "a: Running -> Gone", "d: Deep -> -", "e: - -> ", "c: Running -> Gone"));
  EXPECT_EQ(cache_->reflector().watches(), 1U) << "the watch went on";
  EXPECT_EQ(cache_->failing_for().count(), 0);
}

}  // namespace
}  // namespace storefleet::controller
