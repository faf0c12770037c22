#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"

namespace storefleet::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StoreLifecycleTest : public ApiTest {
 protected:
  void SetUp() override { ready_store("demo"); }

  http::Response act(const std::string& method, const std::string& body = {}, http::Headers headers = {}) {
    return send("POST", "/api/v1/stores/demo:" + method, body, std::move(headers));
  }
  StoreSpec& spec() { return stores_.stores["demo"].spec; }
  StoreStatus& status() { return stores_.stores["demo"].status; }
};

TEST_F(StoreLifecycleTest, AStoreSleepsAndWakes) {
  const auto response = act("sleep");
  EXPECT_EQ(response.status, 202U) << response.body;
  EXPECT_TRUE(spec().asleep);
  EXPECT_TRUE(bool_or(body_of(response), {"asleep"}, false));
  const std::string operation(response.headers.get("Operation-Location"));
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Running");
  status().observed_generation = 2;
  status().phase = Phase::kSleeping;
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Succeeded");
  EXPECT_EQ(act("wake").status, 202U);
  EXPECT_FALSE(spec().asleep);
  EXPECT_EQ(code_of(act("sleep", {}, {{"If-Match", "\"uid-of-demo.1\""}})), "PreconditionFailed");
  EXPECT_FALSE(spec().asleep);
  EXPECT_EQ(send("POST", "/api/v1/stores/none:sleep").status, 404U);
}

TEST_F(StoreLifecycleTest, SleepAndExpiryCanBePartOfAChange) {
  EXPECT_EQ(
      send("PATCH", "/api/v1/stores/demo", R"({"asleep":true,"expiresAt":"2199-01-01T00:00:00Z"})").status,
      202U);
  EXPECT_TRUE(spec().asleep);
  EXPECT_TRUE(spec().expires_at);
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"title":"New"})").status, 202U);
  EXPECT_TRUE(spec().asleep && spec().expires_at) << "what the body does not name stays";
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"asleep":null,"expiresAt":null})").status, 202U);
  EXPECT_FALSE(spec().asleep || spec().expires_at);
  EXPECT_EQ(post(R"({"name":"late","engine":"woocommerce","expiresAt":"2020-01-01T00:00:00Z"})").status,
            422U);
  EXPECT_EQ(post(R"({"name":"short","engine":"woocommerce","expiresAt":"2199-01-01T00:00:00Z"})").status,
            202U);
  EXPECT_TRUE(stores_.stores["short"].spec.expires_at);
  spec().deletion_policy = DeletionPolicy::kRetain;
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"expiresAt":"2199-01-01T00:00:00Z"})").status, 422U)
      << "what is retained would be nobody's";
}

TEST_F(StoreLifecycleTest, UpgradesGoToNewerVersionsOnly) {
  spec().engine_version = "10.9";
  auto response = act("upgrade", R"({"engineVersion":"10.8"})");
  EXPECT_EQ(code_of(response), "VersionTooOld");
  EXPECT_THAT(pointers_of(response), ElementsAre("/engineVersion"));
  EXPECT_EQ(code_of(act("upgrade", R"({"engineVersion":"12"})")), "UnknownVersion");
  EXPECT_EQ(code_of(act("upgrade", R"({"version":"12"})")), "UnknownField");
  EXPECT_EQ(act("upgrade", "[]").status, 400U);
  EXPECT_EQ(spec().engine_version, "10.9");
  EXPECT_EQ(act("upgrade").status, 202U);
  EXPECT_EQ(spec().engine_version, "11.0.1") << "the newest";
  spec().engine_version.clear();
  EXPECT_EQ(act("upgrade").status, 202U);
  EXPECT_EQ(spec().engine_version, "") << "it follows the newest already";
}

TEST_F(StoreLifecycleTest, ARollbackTakesBackVersionPlanAndValues) {
  EXPECT_EQ(code_of(act("rollback")), "NothingToRollBackTo");
  status().releases = {{.engine_version = "10.9", .plan = "small", .values = {{"workers", 2}}}};
  spec().engine_version = "11.0.1";
  spec().title = "Mine";
  EXPECT_EQ(string_or(body_of(get("/api/v1/stores/demo")), {"rollback", "engineVersion"}), "10.9");
  EXPECT_EQ(act("rollback").status, 202U);
  EXPECT_EQ(spec().engine_version, "10.9");
  EXPECT_EQ(spec().values, (json::object{{"workers", 2}}));
  EXPECT_EQ(spec().title, "Mine") << "that is no part of the release";
  status().releases = {{.engine_version = "11.0.1", .plan = "small", .values = {}}};
  spec().engine_version.clear();
  EXPECT_EQ(act("rollback").status, 202U);
  EXPECT_EQ(spec().engine_version, "") << "it was the newest, and stays that";
  spec().plan = "large";
  EXPECT_EQ(code_of(act("rollback")), "VolumeSize");
}

TEST_F(StoreLifecycleTest, ANewPasswordIsAskedOfTheController) {
  EXPECT_EQ(act("resetAdminPassword").status, 202U);
  EXPECT_FALSE(asked_at(stores_.stores["demo"], StoreRequest::kResetAdminPassword).empty());
  EXPECT_EQ(stores_.stores["demo"].generation, 1) << "no part of the spec";
  EXPECT_EQ(audit_.kept.back().action, "store.resetAdminPassword");
}

TEST_F(StoreLifecycleTest, AFullQuotaRefusesARollbackToALargerPlan) {
  status().releases = {{.engine_version = "11.0.1", .plan = "large", .values = {}}};
  ledger_.failure = Error{ErrorCode::kForbidden, "The team has no more room.", Reason::kTeamQuotaExceeded};
  EXPECT_EQ(code_of(act("rollback")), "TeamQuotaExceeded");
  EXPECT_EQ(spec().plan, "small");
}

}  // namespace
}  // namespace storefleet::api
