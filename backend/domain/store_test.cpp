#include "domain/store.hpp"

#include <gtest/gtest.h>

namespace storefleet {
namespace {

TEST(StoreName, AcceptsDnsLabels) {
  for (const auto* name : {"demo", "a", "a-1", "0", "shop-of-anna"})
    EXPECT_TRUE(validate_store_name(name)) << name;
}

TEST(StoreName, RefusesTheRestAndSaysWhy) {
  for (const auto* name : {"", "Demo", "-a", "a-", "a.b", "a_b", "ü", "api", "a b"}) {
    const auto result = validate_store_name(name);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, "InvalidName");
  }
  EXPECT_FALSE(validate_store_name(std::string(kMaxStoreNameLength + 1, 'a')));
}

TEST(StoreJson, KeepsEverySpecField) {
  const auto spec = *parse_json(
      R"({"engine":"woocommerce","plan":"large","team":"blue","sampleData":false,"title":"T \"q\"",
          "adminEmail":"a@b.c","hosts":["x.example"],"asleep":true,"expiresAt":"2026-11-24T11:15:00.000Z",
          "engineVersion":"11","values":{"a":1},"deletionPolicy":"Retain"})");
  EXPECT_EQ(json::value(spec_json(parse_spec(spec))), spec);
}

TEST(StoreJson, KeepsEveryStatusField) {
  const auto status = *parse_json(
      R"({"phase":"Failed","observedGeneration":3,"id":"abc","namespace":"store-abc","url":"http://x",
          "adminUrl":"http://x/a","engineVersion":"11",
          "steps":[{"name":"hosts","state":"Done","startedAt":"2026-11-24T11:15:00.000Z",
                    "finishedAt":"2026-11-24T11:15:00.100Z","message":"m"}],
          "failure":{"code":"HostConflict","message":"taken",
                     "remedy":"Choose another host name, or delete the store that owns it.",
                     "since":"2026-11-24T11:15:00.000Z"},
          "conditions":[{"type":"Ready","status":"False","reason":"r","message":"m",
                         "lastTransitionTime":"2026-11-24T11:15:00.000Z"}],
          "readySeconds":2.5E0,
          "releases":[{"engineVersion":"11","plan":"large","values":{"a":1}},
                      {"engineVersion":"10","plan":"small","values":{}}]})");
  EXPECT_EQ(json::value(status_json(parse_status(status))), status);
}

TEST(Rollback, GoesToWhatWasReadyBefore) {
  const ReleaseSpec before{.engine_version = "10", .plan = "small", .values = {}};
  const ReleaseSpec now{.engine_version = "11", .plan = "small", .values = {{"a", 1}}};
  Store store;
  EXPECT_FALSE(rollback_target(store));
  store.spec.values = {{"a", 1}};
  store.status.engine_version = "11";
  store.status.releases = {now};
  EXPECT_FALSE(rollback_target(store)) << "there was nothing else";
  store.status.releases = {now, before};
  EXPECT_EQ(rollback_target(store), before);
  store.spec.plan = "large";
  EXPECT_EQ(rollback_target(store), now) << "the change in hand is not ready yet";
}

TEST(StoreJson, ReadsTheResource) {
  const auto store = parse_store(*parse_json(
      R"({"metadata":{"name":"demo","uid":"u","generation":2,"resourceVersion":"7",
          "creationTimestamp":"2026-11-24T11:15:00Z","deletionTimestamp":"2026-11-24T11:16:00Z",
          "finalizers":["storefleet.dev/teardown"],"annotations":{"a":"b"}},"spec":{"engine":"medusa"}})"));
  ASSERT_TRUE(store);
  EXPECT_TRUE(store->has_finalizer());
  EXPECT_TRUE(store->deletion_requested_at);
  EXPECT_EQ(store->annotations.at("a"), "b");
  EXPECT_EQ(store->spec.engine, "medusa");
  EXPECT_EQ(store->status.phase, Phase::kPending);
  EXPECT_FALSE(parse_store(json::object{}));
}

}  // namespace
}  // namespace storefleet
