#include "domain/store.hpp"

#include <gmock/gmock.h>

#include "base/schema_bounds.hpp"

namespace storefleet::inline domain {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PhaseTest, AllAreListed) {
  for (const auto phase : phases()) EXPECT_EQ(parse_phase(to_string(phase)), phase);
  EXPECT_EQ(phases().size(), 9U);
}

TEST(StoreName, AcceptsDnsLabels) {
  for (const auto* name : {"demo", "a", "a-1", "0", "shop-of-anna"})
    EXPECT_TRUE(validate_store_name(name)) << name;
}

TEST(StoreName, RefusesTheRestAndSaysWhy) {
  for (const auto* name : {"", "Demo", "-a", "a-", "a.b", "a_b", "ü", "api", "a b"}) {
    const auto result = validate_store_name(name);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, Reason::kInvalidName);
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
                     "remedy":"Choose another host name, or have it taken off whoever has it; no store has to be deleted.",
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

/// JSON merge patch (RFC 7396, section 2), as the API server applies it.
void merge(json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target.emplace_object();
  for (const auto& [key, value] : patch.get_object()) {
    if (value.is_null())
      target.get_object().erase(key);
    else
      merge(target.get_object()[key], value);
  }
}

TEST(StoreJson, AStatusThatLosesFieldsLosesThemInTheClusterToo) {
  const auto before = parse_status(*parse_json(
      R"({"phase":"Ready","id":"abc","namespace":"store-abc","url":"http://x","adminUrl":"http://x/a",
          "engineVersion":"11","failure":{"code":"HostConflict","since":"2026-11-24T11:15:00.000Z"},
          "readySeconds":2.5,"releases":[{"engineVersion":"11","plan":"large","values":{}}]})"));
  json::value stored(status_json(before));
  const StoreStatus after;
  merge(stored, status_patch(after));
  EXPECT_EQ(parse_status(stored), after) << "else the same patch would be written for ever";
  merge(stored, status_patch(before));
  EXPECT_EQ(parse_status(stored), before);
}

TEST(StoreJson, TrustsNoStatusThatSomebodyEdited) {
  const auto status = parse_status(*parse_json(
      R"({"phase":"Wonderful","observedGeneration":"3","readySeconds":-1,"url":7,
          "steps":[{"name":"hosts","state":"Done","startedAt":"2026-11-24T11:15:00.000Z"},
                   {"name":"hosts","state":"Running"},{"name":"hack","state":"Done"},7,
                   {"name":"route","state":"Done","startedAt":"soon","finishedAt":"2026-11-24T11:15:00.000Z"}],
          "failure":"no","conditions":[{"type":"Ready","status":true,"message":"a\u0000b"}],
          "releases":[1,2,3]})"));
  ASSERT_EQ(status.steps.size(), 2U);
  for (const auto& step : status.steps) {
    EXPECT_EQ(step.state, StepState::kPending);
    EXPECT_FALSE(step.finished_at);
  }
  EXPECT_EQ(status.phase, Phase::kPending);
  EXPECT_FALSE(status.ready_seconds);
  EXPECT_FALSE(status.failure);
  EXPECT_EQ(status.conditions[0].message, "ab");
  EXPECT_LE(status.releases.size(), kMostReleases);
}

json::value nested(std::size_t levels) {
  json::value value = 1;
  for (std::size_t i = 0; i < levels; ++i) value = json::object{{"a", std::move(value)}};
  return value;
}

TEST(StoreJson, DoesNotTakeOverValuesBeyondItsLimits) {
  const auto refusal = [](json::object values) {
    const auto spec = parse_spec(json::object{{"engine", "e"}, {"values", values}});
    EXPECT_EQ(spec.values.empty(), !spec.values_refused.empty() || values.empty());
    return spec.values_refused;
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal(nested(kMostValuesDepth).get_object()), "");
  EXPECT_THAT(refusal(nested(kMostValuesDepth + 1).get_object()), HasSubstr("deeper"));
  EXPECT_THAT(refusal(nested(60).get_object()), HasSubstr("deeper"));
  EXPECT_THAT(refusal({{"a", std::string(1'000'000, 'x')}}), HasSubstr("larger"));
  EXPECT_THAT(refusal({{std::string(1'000'000, 'x'), 1}}), HasSubstr("larger"));
  EXPECT_THAT(refusal({{"a", json::array(100'000, 1)}}), HasSubstr("larger"));
  json::object many;
  for (std::size_t i = 0; i <= kMostValues; ++i) many[std::to_string(i)] = 1;
  EXPECT_THAT(refusal(many), HasSubstr("members"));
  const auto unreadable = parse_store(json::object{{"metadata", {{"name", "demo"}}}});
  ASSERT_TRUE(unreadable);
  EXPECT_THAT(unreadable->spec.values_refused, HasSubstr("cannot be read"));
}

json::value crd(const std::string& file) {
  auto document = load_yaml_file(std::string(STOREFLEET_REPOSITORY) + "/helm/storefleet/crds/" + file);
  if (!document) throw std::runtime_error(document.error().message);
  return document->at_pointer("/spec/versions/0/schema/openAPIV3Schema");
}

TEST(Limits, EveryStringOfTheCrdsHasOne) {
  for (const auto* file : {"stores.yaml", "hostclaims.yaml"}) {
    auto found = testing::unbounded(crd(file), testing::Bounds::kStringsAndCollections);
    // The API server itself takes one value only there.
    std::erase_if(found, [](const auto& path) {
      return path == "/properties/apiVersion" || path == "/properties/kind";
    });
    EXPECT_THAT(found, IsEmpty()) << file;
  }
}

TEST(Limits, NoStatusCanBeRefusedForItsSize) {
  const auto schema = crd("stores.yaml");
  const auto limit = [&](std::string_view path, std::string_view keyword = "maxLength") {
    return schema.at_pointer("/properties/" + std::string(path) + "/" + std::string(keyword))
        .to_number<std::size_t>();
  };
  EXPECT_LE(StepMessage::kMostCharacters, limit("status/properties/steps/items/properties/message"));
  EXPECT_LE(FailureMessage::kMostCharacters, limit("status/properties/failure/properties/message"));
  EXPECT_LE(ConditionMessage::kMostCharacters,
            limit("status/properties/conditions/items/properties/message"));
  EXPECT_LE(ConditionReason::kMostCharacters, limit("status/properties/conditions/items/properties/reason"));
  EXPECT_LE(StoreTitle::kMostCharacters, limit("spec/properties/title"));
  EXPECT_LE(AdminEmail::kMostCharacters, limit("spec/properties/adminEmail"));
  EXPECT_LE(kMostVersionLength, limit("status/properties/engineVersion"));
  EXPECT_LE(kMostReleases, limit("status/properties/releases", "maxItems"));
  EXPECT_EQ(kMostValues, limit("spec/properties/values", "maxProperties"));
  EXPECT_EQ(kMostValues, limit("status/properties/releases/items/properties/values", "maxProperties"));
  for (int code = 0; !to_string(static_cast<FailureCode>(code)).empty(); ++code)
    EXPECT_LE(remedy(static_cast<FailureCode>(code)).size(),
              limit("status/properties/failure/properties/remedy"));
}

}  // namespace
}  // namespace storefleet::inline domain
