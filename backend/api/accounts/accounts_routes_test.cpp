#include <gmock/gmock.h>

#include "api/accounts/testing.hpp"
#include "api/stores/operation_id.hpp"
#include "base/base64.hpp"

namespace storefleet::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(AccountsRoutesTest, AStoreWithoutATeamGoesToTheOnlyOne) {
  const std::string wanted = R"({"name":"first","engine":"woocommerce"})";
  token_ = "mia";
  const auto made = send("POST", "/api/v1/stores", wanted);
  EXPECT_EQ(made.status, 202U) << made.body;
  EXPECT_EQ(string_or(body_of(made), {"team"}), "blue");
  EXPECT_EQ(stores_.stores.at("first").spec.team, "blue");

  add("two", PlatformRole::kUser,
      {{"blue", TeamRole::kMember}, {"green", TeamRole::kOwner}, {"red", TeamRole::kViewer}});
  token_ = "two";
  const auto which = send("POST", "/api/v1/stores", R"({"name":"second","engine":"woocommerce"})");
  EXPECT_EQ(code_of(which), "UnknownTeam");
  EXPECT_EQ(string_or(body_of(which), {"detail"}), "Choose a team: blue, green.")
      << "a viewer may make none in red";
  add("both", PlatformRole::kUser, {{"blue", TeamRole::kMember}, {"default", TeamRole::kMember}});
  token_ = "both";
  EXPECT_EQ(string_or(body_of(send("POST", "/api/v1/stores", R"({"name":"third","engine":"woocommerce"})")),
                      {"team"}),
            "default");
  token_ = "sam";
  const auto none = send("POST", "/api/v1/stores", R"({"name":"fourth","engine":"woocommerce"})");
  EXPECT_EQ(code_of(none), "UnknownTeam");
  EXPECT_THAT(none.body, HasSubstr("take you in"));
  EXPECT_EQ(status("vic", "POST", "/api/v1/stores", R"({"name":"fifth","engine":"woocommerce"})"), 403U);
  EXPECT_EQ(stores_.stores.contains("fourth") || stores_.stores.contains("fifth"), false);
}

TEST_F(AccountsRoutesTest, RolesDecideWhatAMemberMayDo) {
  struct Case {
    std::string method;
    std::string target;
    std::string body;
    // nobody, a stranger, viewer, member, owner, admin, owner's read token, owner's write token
    std::array<unsigned, 8> expected;
  };
  const std::string create = R"({"name":"fresh","engine":"woocommerce","team":"blue"})";
  const Case cases[] = {
      {"GET", "/api/v1/stores/demo", "", {401, 404, 200, 200, 200, 200, 200, 200}},
      {"GET", "/api/v1/stores/other", "", {401, 404, 404, 404, 404, 200, 404, 404}},
      {"GET", "/api/v1/stores/nothing", "", {401, 404, 404, 404, 404, 404, 404, 404}},
      {"GET", "/api/v1/stores/demo/credentials", "", {401, 404, 403, 200, 200, 200, 403, 200}},
      {"POST", "/api/v1/stores/demo:login", "", {401, 404, 403, 200, 200, 200, 403, 200}},
      {"PATCH", "/api/v1/stores/demo", R"({"title":"New"})", {401, 404, 403, 202, 202, 202, 403, 202}},
      {"POST", "/api/v1/stores?validateOnly=true", create, {401, 422, 403, 200, 200, 200, 403, 200}},
      {"GET", "/api/v1/teams/blue", "", {401, 404, 200, 200, 200, 200, 200, 200}},
      {"GET", "/api/v1/teams/red", "", {401, 404, 404, 404, 404, 404, 404, 404}},
      {"PATCH", "/api/v1/teams/blue", R"({"displayName":"B"})", {401, 403, 403, 403, 403, 200, 403, 403}},
      {"PUT",
       "/api/v1/teams/blue/members/sam",
       R"({"role":"viewer"})",
       {401, 404, 403, 403, 200, 200, 403, 403}},
      {"GET", "/api/v1/users", "", {401, 403, 403, 403, 403, 200, 403, 403}},
      {"POST",
       "/api/v1/users",
       R"({"name":"new","password":"short"})",
       {401, 403, 403, 403, 403, 422, 403, 403}},
      {"GET", "/api/v1/tokens", "", {401, 200, 200, 200, 200, 200, 200, 200}},
      {"POST", "/api/v1/tokens", R"({"name":"x"})", {401, 201, 201, 201, 201, 201, 403, 403}},
      {"POST", "/api/v1/stores/demo:retry", "", {401, 404, 403, 202, 202, 202, 403, 202}},
      {"GET", "/api/v1/plans", "", {401, 200, 200, 200, 200, 200, 200, 200}},
      {"GET", "/api/v1/provisioning", "", {401, 200, 200, 200, 200, 200, 200, 200}},
      {"GET", "/api/v1/platform", "", {401, 403, 403, 403, 403, 200, 403, 403}},
      {"GET", "/api/v1/audit", "", {401, 200, 200, 200, 200, 200, 200, 200}},
  };
  const std::array<std::string, 8> who{"", "sam", "vic", "mia", "ann", "root", "ann-read", "ann-write"};
  for (const auto& one : cases)
    for (std::size_t i = 0; i < who.size(); ++i)
      EXPECT_EQ(status(who[i], one.method, one.target, one.body), one.expected[i])
          << one.method << " " << one.target << " as '" << who[i] << "'";
}

TEST_F(AccountsRoutesTest, ListsShowOnlyTheOwnTeams) {
  token_ = "vic";
  EXPECT_EQ(int_or(body_of(get("/api/v1/stores")), {"total"}, 0), 1);
  EXPECT_EQ(array_at(body_of(get("/api/v1/teams")), {"items"}).size(), 1U);
  token_ = "sam";
  EXPECT_EQ(int_or(body_of(get("/api/v1/stores")), {"total"}, -1), 0);
  token_ = "root";
  EXPECT_EQ(int_or(body_of(get("/api/v1/stores")), {"total"}, 0), 2);
}

TEST_F(AccountsRoutesTest, AnotherTeamsHistoryIsNotThere) {
  stores_.stores.clear();
  history_.log = {
      {.sequence = 1, .store_name = "gone", .team = "red", .source = "storefleet", .reason = "x"}};
  EXPECT_EQ(status("vic", "GET", "/api/v1/stores/gone/events"), 404U);
  EXPECT_EQ(status("root", "GET", "/api/v1/stores/gone/events"), 200U);
  history_.receipts["gone"] = {.store_uid = "uid", .store_name = "gone", .team = "red"};
  EXPECT_EQ(status("vic", "GET", "/api/v1/stores/gone/receipt"), 404U);
  EXPECT_EQ(status("root", "GET", "/api/v1/stores/gone/receipt"), 200U);
}

TEST_F(AccountsRoutesTest, AMadeUpOperationTellsNothing) {
  const auto ask = [this](const std::string& plain) {
    const auto answer = get("/api/v1/operations/" + encode_base64url(plain));
    EXPECT_EQ(answer.status, 404U) << plain;
    return string_or(body_of(answer), {"detail"});
  };
  token_ = "sam";
  const auto there = ask("delete/1/uid/demo");
  EXPECT_EQ(ask("delete/1/uid/nothing"), there);
  EXPECT_EQ(ask("00000000000000000000000000000000/delete/1/uid/blue/demo"), there);
  const auto id = encode_operation_id(operation_key(), OperationKind::kDelete, stores_.stores.at("demo"));
  EXPECT_EQ(get("/api/v1/operations/" + id).status, 404U) << "of another team";
  token_ = "vic";
  EXPECT_EQ(get("/api/v1/operations/" + id).status, 200U);
  stores_.stores.erase("demo");
  EXPECT_EQ(string_or(body_of(get("/api/v1/operations/" + id)), {"state"}), "Succeeded");
  token_ = "sam";
  EXPECT_EQ(get("/api/v1/operations/" + id).status, 404U) << "also when it is gone";
}

TEST_F(AccountsRoutesTest, OwnersCannotTryNamesUntilTheyKnowAllUsers) {
  const auto take_in = [this](const std::string& who, const std::string& user) {
    return status(who, "PUT", "/api/v1/teams/blue/members/" + user, R"({"role":"viewer"})");
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take_in("ann", "guess-" + std::to_string(i)), 404U);
  EXPECT_EQ(take_in("ann", "sam"), 429U);
  EXPECT_EQ(take_in("root", "guess"), 404U);
  EXPECT_EQ(take_in("root", "sam"), 200U) << "admins see all users anyway";
}

TEST_F(AccountsRoutesTest, ATokenIsShownOnceAndWorksUntilRevoked) {
  token_ = "ann";
  const auto made = body_of(send("POST", "/api/v1/tokens", R"({"name":"ci","scope":"read"})"));
  const auto secret = string_or(made, {"token"});
  EXPECT_THAT(secret, testing::StartsWith("sft_"));
  EXPECT_EQ(get("/api/v1/tokens").body.find(secret), std::string::npos);
  EXPECT_EQ(status(secret, "GET", "/api/v1/stores/demo"), 200U);
  EXPECT_EQ(status(secret, "DELETE", "/api/v1/stores/demo"), 403U);
  EXPECT_EQ(status("mia", "DELETE", "/api/v1/tokens/" + string_or(made, {"id"})), 404U);
  EXPECT_EQ(status("ann", "DELETE", "/api/v1/tokens/" + string_or(made, {"id"})), 204U);
}

TEST_F(AccountsRoutesTest, ProvisioningIsThatOfTheOwnTeams) {
  provisioning_.figures = {{.day = "2026-11-24",
                            .engine = "medusa",
                            .count = 2,
                            .p50_seconds = 3,
                            .p95_seconds = 4.5,
                            .step_p50_seconds = {{"release", 0.5}}}};
  EXPECT_EQ(status("vic", "GET", "/api/v1/provisioning?days=7&engine=medusa"), 200U);
  EXPECT_EQ(provisioning_.asked.engine, "medusa");
  EXPECT_EQ(provisioning_.asked.teams, std::vector<std::string>{"blue"});
  EXPECT_NEAR(
      std::chrono::duration<double>(std::chrono::system_clock::now() - provisioning_.asked.since).count(),
      7 * 86'400, 60);
  token_ = "root";
  EXPECT_EQ(
      get("/api/v1/provisioning").body,
      R"({"items":[{"day":"2026-11-24","engine":"medusa","count":2,"p50Seconds":3E0,"p95Seconds":4.5E0,)"
      R"("stepP50Seconds":{"release":5E-1}}]})");
  EXPECT_EQ(provisioning_.asked.teams, std::nullopt);
  EXPECT_EQ(get("/api/v1/provisioning?days=0").status, 400U);
}

TEST_F(AccountsRoutesTest, UsersAndTeamsAreManagedByAdmins) {
  token_ = "root";
  EXPECT_EQ(
      send("POST", "/api/v1/users", R"({"name":"bob","password":"another long one","email":"b@example.com"})")
          .status,
      201U);
  EXPECT_EQ(send("POST", "/api/v1/users", R"({"name":"bob","password":"another long one"})").status, 409U);
  EXPECT_THAT(pointers_of(send("POST", "/api/v1/users",
                               R"({"name":"B b","password":"x","email":"no","role":"king"})")),
              ElementsAre("/name", "/email", "/role", "/password"));
  EXPECT_EQ(
      send("POST", "/api/v1/teams", R"({"name":"green","quota":{"stores":3,"plans":["small"]}})").status,
      201U);
  EXPECT_EQ(directory_.groups["green"].quota.stores, 3);
  EXPECT_THAT(pointers_of(send("PATCH", "/api/v1/teams/green", R"({"quota":{"stores":-1,"plans":[7]}})")),
              ElementsAre("/quota/stores", "/quota/plans/0"));
  EXPECT_EQ(send("DELETE", "/api/v1/teams/blue").status, 409U) << "it has a store";
  EXPECT_EQ(send("DELETE", "/api/v1/teams/green").status, 204U);
}

}  // namespace
}  // namespace storefleet::api
