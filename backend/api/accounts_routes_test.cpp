#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace storefleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Users ann (owner of blue), mia (member), vic (viewer), root (admin) and sam (of no team), each with a
/// token of full scope named like him, and one of scope read and write for ann.
class AccountsRoutesTest : public ApiTest {
 protected:
  void SetUp() override {
    directory_.groups["blue"] = {.name = "blue", .created_at = parse_time("2026-11-24T11:15:00Z").value()};
    add("ann", PlatformRole::kUser, {{"blue", TeamRole::kOwner}});
    add("mia", PlatformRole::kUser, {{"blue", TeamRole::kMember}});
    add("vic", PlatformRole::kUser, {{"blue", TeamRole::kViewer}});
    add("sam", PlatformRole::kUser, {});
    add("root", PlatformRole::kAdmin, {});
    for (const auto scope : {TokenScope::kRead, TokenScope::kWrite}) {
      auto& limited = logins_.by_tokens[secret_digest("ann-" + std::string(to_string(scope)))];
      limited = logins_.people.at("ann");
      limited.scope = scope;
    }
    ready_store("demo").spec.team = "blue";
    ready_store("other").spec.team = "red";
  }

  void add(const std::string& name, PlatformRole role, std::map<std::string, TeamRole> teams) {
    const User user{
        .id = name, .name = name, .role = role, .created_at = parse_time("2026-11-24T11:15:00Z").value()};
    directory_.people[name] = user;
    logins_.people[name] = {.user = user, .teams = std::move(teams), .scope = TokenScope::kFull};
    logins_.by_tokens[secret_digest(name)] = logins_.people[name];
    static const auto kHash = hash_password("a long password").value();
    logins_.logins[name] = {.user_id = name, .password_hash = kHash};
  }

  unsigned status(const std::string& who, const std::string& method, const std::string& target,
                  const std::string& body = {}) {
    token_ = who;
    return send(method, target, body).status;
  }

  HttpResponse log_in_as(const std::string& name, const std::string& password = "a long password",
                         Headers headers = {}) {
    token_ = "";
    return send("POST", "/api/v1/auth/login",
                json::serialize(json::object{{"name", name}, {"password", password}}), std::move(headers));
  }
};

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

TEST_F(AccountsRoutesTest, APasswordOpensASession) {
  const auto response = log_in_as("mia");
  EXPECT_EQ(response.status, 200U);
  const std::string cookie(response.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Lax"));
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  const Headers session{{"Cookie", cookie.substr(0, cookie.find(';'))}};
  const auto me = body_of(send("GET", "/api/v1/me", "", session));
  EXPECT_EQ(string_or(me, {"name"}), "mia");
  EXPECT_EQ(string_or(me, {"via"}), "session");
  const auto csrf = string_or(body_of(response), {"csrfToken"});
  EXPECT_EQ(string_or(me, {"csrfToken"}), csrf);

  auto change = session;
  EXPECT_EQ(code_of(send("PATCH", "/api/v1/stores/demo", R"({"title":"N"})", change)), "CsrfFailed");
  change.set("X-CSRF-Token", csrf);
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"title":"N"})", change).status, 202U);
  change.set("Host", "stores.example.com");
  change.set("Origin", "https://evil.example.com");
  EXPECT_EQ(code_of(send("PATCH", "/api/v1/stores/demo", R"({"title":"N"})", change)), "CsrfFailed");
  change.set("Origin", "https://stores.example.com");
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"title":"M"})", change).status, 202U);
  EXPECT_EQ(send("POST", "/api/v1/auth/logout", "", change).status, 204U);
  EXPECT_EQ(send("GET", "/api/v1/me", "", session).status, 401U);
}

TEST_F(AccountsRoutesTest, UnderTlsTheCookieIsBoundToIt) {
  const auto response = log_in_as("mia", "a long password", {{"X-Forwarded-Proto", "https"}});
  EXPECT_THAT(std::string(response.headers.get("Set-Cookie")), testing::StartsWith("__Host-storefleet="));
  const std::string cookie(response.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, HasSubstr("; Secure"));
  const auto value = cookie.substr(0, cookie.find(';'));
  const Headers tls{{"X-Forwarded-Proto", "https"}, {"Cookie", value}};
  EXPECT_EQ(send("GET", "/api/v1/me", "", tls).status, 200U);
  const Headers planted{{"X-Forwarded-Proto", "https"}, {"Cookie", value.substr(value.find("storefleet"))}};
  EXPECT_EQ(send("GET", "/api/v1/me", "", planted).status, 401U) << "a sibling host can set that name";
}

TEST_F(AccountsRoutesTest, ChangingThePasswordIsThrottledLikeALogin) {
  token_ = "mia";
  const auto change = [&](const std::string& current) {
    return send("PUT", "/api/v1/me/password",
                json::serialize(json::object{{"current", current}, {"new", "a new password"}}));
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(change("wrong").status, 422U);
  EXPECT_EQ(change("a long password").status, 429U);
}

TEST_F(AccountsRoutesTest, OnlyFullScopeEndsAllSessions) {
  EXPECT_EQ(status("ann-read", "POST", "/api/v1/auth/logout", R"({"everywhere":true})"), 403U);
  EXPECT_EQ(status("ann", "POST", "/api/v1/auth/logout", R"({"everywhere":true})"), 204U);
}

TEST_F(AccountsRoutesTest, ATypedNameThatNobodyHasIsNotRecorded) {
  EXPECT_EQ(log_in_as("hunter2").status, 401U);
  EXPECT_EQ(audit_.kept.back().actor, "anonymous");
  EXPECT_EQ(audit_.kept.back().subject, "user/anonymous");
}

TEST_F(AccountsRoutesTest, WhatIsNoTextIsNobodysName) {
  token_ = "root";
  EXPECT_EQ(send("DELETE", "/api/v1/users/mia%00x").status, 404U);
  EXPECT_EQ(send("DELETE", "/api/v1/tokens/%FF").status, 404U);
  EXPECT_TRUE(directory_.people.contains("mia"));
  EXPECT_EQ(get("/api/v1/audit?actor=%FF").status, 400U);
}

TEST_F(AccountsRoutesTest, FailedLoginsAreCountedAndRecorded) {
  EXPECT_EQ(log_in_as("nobody").status, 401U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(log_in_as("mia", "wrong").status, 401U);
  const auto throttled = log_in_as("mia");
  EXPECT_EQ(throttled.status, 429U) << "also with the right password";
  EXPECT_FALSE(throttled.headers.get("Retry-After").empty());
  EXPECT_EQ(log_in_as("vic").status, 200U);
  EXPECT_EQ(audit_.kept.front().action, "session.create");
  EXPECT_FALSE(audit_.kept.front().succeeded);
  EXPECT_TRUE(audit_.kept.back().succeeded);
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

TEST_F(AccountsRoutesTest, ChangesAreRecordedWithWhoDidThem) {
  EXPECT_EQ(status("mia", "PATCH", "/api/v1/stores/demo", R"({"title":"N"})"), 202U);
  EXPECT_EQ(status("vic", "DELETE", "/api/v1/stores/demo"), 403U);
  EXPECT_EQ(status("ann", "GET", "/api/v1/stores/demo/credentials"), 200U);
  std::vector<std::string> lines;
  for (const auto& entry : audit_.kept)
    lines.push_back(entry.actor + " " + entry.action + " " + entry.subject + " " + entry.team +
                    (entry.succeeded ? " yes" : " no"));
  EXPECT_THAT(lines,
              ElementsAre("mia store.update store/demo blue yes", "vic store.delete store/demo blue no",
                          "ann credentials.read store/demo blue yes"));
  token_ = "ann";
  EXPECT_EQ(array_at(body_of(get("/api/v1/audit")), {"items"}).size(), 3U);
  token_ = "mia";
  EXPECT_EQ(array_at(body_of(get("/api/v1/audit")), {"items"}).size(), 0U)
      << "only owners and admins read it";
}

TEST_F(AccountsRoutesTest, WhatIsCreatedIsNamedInTheRecord) {
  EXPECT_EQ(status("mia", "POST", "/api/v1/stores", R"({"name":"fresh","engine":"medusa","team":"blue"})"),
            202U);
  EXPECT_EQ(status("vic", "POST", "/api/v1/stores", R"({"name":"late","engine":"medusa","team":"blue"})"),
            403U);
  EXPECT_EQ(status("root", "POST", "/api/v1/teams", R"({"name":"green"})"), 201U);
  EXPECT_EQ(status("root", "POST", "/api/v1/users", R"({"name":"bob","password":"a long password"})"), 201U);
  EXPECT_EQ(status("ann", "POST", "/api/v1/tokens", R"({"name":"ci"})"), 201U);
  std::vector<std::string> lines;
  for (const auto& entry : audit_.kept)
    lines.push_back(entry.action + " " + entry.subject + " " + entry.team +
                    (entry.succeeded ? " yes" : " no"));
  EXPECT_THAT(lines, ElementsAre("store.create store/fresh blue yes", "store.create store/late blue no",
                                 "team.create team/green green yes", "user.create user/bob  yes",
                                 "token.create token/ci  yes"));
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
}  // namespace storefleet
