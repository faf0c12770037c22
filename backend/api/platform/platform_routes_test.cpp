#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"

namespace storefleet::api {
namespace {

TEST_F(ApiTest, PlatformTellsWhatTheStoresAndTheLeaderDo) {
  ready_store("a");
  ready_store("b").status.observed_generation = 1;
  stores_.stores["a"].status.observed_generation = 1;
  auto& failed = ready_store("c");
  failed.status.phase = Phase::kFailed;
  failed.status.observed_generation = 1;
  failed.status.failure = Failure{FailureCode::kImagePullFailed, "no image", failed.created_at};
  ready_store("d").status.phase = Phase::kDeleting;
  auto& changed = ready_store("e");
  changed.generation = 2;
  changed.status.observed_generation = 1;
  leader_.known = {.identity = "pod-1",
                   .since = parse_time("2026-11-24T09:00:00.000000Z"),
                   .renewed_at = parse_time("2026-11-24T11:00:00.123456Z")};
  EXPECT_EQ(body_of(get("/api/v1/platform")),
            parse_json(R"({"version":"1.2.3","stores":{"Ready":3,"Failed":1,"Deleting":1},
                "failures":[{"code":"ImagePullFailed","count":1}],"queue":{"pending":2},
                "controller":{"identity":"pod-1","leadingSince":"2026-11-24T09:00:00.000Z",
                              "renewedAt":"2026-11-24T11:00:00.123Z"},
                "isolation":{"state":"Unknown","required":false,"evidence":""}})")
                .value());
  isolation_.known = {.state = IsolationState::kNotEnforced,
                      .evidence = "it arrived",
                      .since = parse_time("2026-11-24T09:00:00Z"),
                      .looked_at = parse_time("2026-11-24T11:00:00Z")};
  EXPECT_EQ(json::value(object_at(body_of(get("/api/v1/platform")), {"isolation"})),
            parse_json(R"({"state":"NotEnforced","required":false,"evidence":"it arrived",
                "since":"2026-11-24T09:00:00.000Z","lookedAt":"2026-11-24T11:00:00.000Z"})")
                .value());
  leader_.known = {};
  EXPECT_TRUE(object_at(body_of(get("/api/v1/platform")), {"controller"}).empty());
  leader_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kClusterUnreachable};
  EXPECT_EQ(get("/api/v1/platform").status, 503U);
}

TEST_F(ApiTest, PlansSayWhatTheyMeanForEachEngine) {
  const auto plans = body_of(get("/api/v1/plans"));
  const auto& plan = array_at(plans, {"items"}).at(0);
  EXPECT_EQ(string_or(plan, {"name"}), "small");
  EXPECT_EQ(int_or(array_at(plan, {"engines"}).at(0), {"storageBytes"}, 0), 2147483648);
}

TEST_F(ApiTest, RetryIsAskedForByAnnotation) {
  auto& store = ready_store("demo");
  store.status.ready_seconds.reset();
  const auto response = send("POST", "/api/v1/stores/demo:retry");
  EXPECT_EQ(response.status, 202U);
  EXPECT_EQ(string_or(body_of(response), {"name"}), "demo");
  EXPECT_TRUE(response.headers.get("Operation-Location").empty()) << "the old failure would be its result";
  const auto asked = parse_time(stores_.stores["demo"].annotations.at("storefleet.dev/retry"));
  ASSERT_TRUE(asked);
  EXPECT_LT(std::chrono::system_clock::now() - *asked, std::chrono::minutes(1));
  EXPECT_EQ(send("POST", "/api/v1/stores/none:retry").status, 404U);
}

}  // namespace
}  // namespace storefleet::api
