#include <gmock/gmock.h>

#include "api/stores/operation_id.hpp"
#include "api/testing/api_fixture.hpp"
#include "base/base64.hpp"

namespace storefleet::api {
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

  http::Response log_in_as(const std::string& name, const std::string& password = "a long password",
                           http::Headers headers = {}) {
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
  const http::Headers session{{"Cookie", cookie.substr(0, cookie.find(';'))}};
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
  const http::Headers tls{{"X-Forwarded-Proto", "https"}, {"Cookie", value}};
  EXPECT_EQ(send("GET", "/api/v1/me", "", tls).status, 200U);
  const http::Headers planted{{"X-Forwarded-Proto", "https"},
                              {"Cookie", value.substr(value.find("storefleet"))}};
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
  log_in_as("ann");
  log_in_as("ann");
  logins_.kept = {{.id = "t1", .user_id = "ann", .name = "ci"},
                  {.id = "t2", .user_id = "ann", .expires_at = parse_time("2020-01-01T00:00:00Z").value()},
                  {.id = "t3", .user_id = "mia"}};
  token_ = "ann";
  const auto ended = send("POST", "/api/v1/auth/logout", R"({"everywhere":true})");
  EXPECT_EQ(ended.status, 200U);
  EXPECT_EQ(int_or(body_of(ended), {"endedSessions"}, 0), 2);
  EXPECT_EQ(int_or(body_of(ended), {"remainingTokens"}, 0), 1) << "neither expired ones nor those of others";
  EXPECT_TRUE(logins_.by_sessions.empty());
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

TEST_F(AccountsRoutesTest, NobodyLocksAnotherOneOut) {
  const auto from = [this](const std::string& address, const std::string& password,
                           http::Headers headers = {}) {
    token_ = "";
    http::Request request{.method = "POST",
                          .target = "/api/v1/auth/login",
                          .headers = std::move(headers),
                          .body = json::serialize(json::object{{"name", "root"}, {"password", password}}),
                          .remote_address = address};
    return handle(api_, std::move(request));
  };
  const auto before = from("2001:db8::1", "a long password");
  ASSERT_EQ(before.status, 200U);
  const auto cookies = before.headers.all("Set-Cookie");
  ASSERT_EQ(cookies.size(), 2U);
  const http::Headers device{{"Cookie", std::string(cookies[1].substr(0, cookies[1].find(';')))}};
  for (int i = 0; i < 15; ++i)
    EXPECT_EQ(from("2001:db8::" + std::to_string(i + 2), "wrong").status, i < 10 ? 401U : 429U)
        << "another address of the same network is the same guesser";
  EXPECT_EQ(from("2001:db8::1", "a long password").status, 429U);
  EXPECT_EQ(from("2001:db8::1", "a long password", device).status, 200U) << "he has been there before";
  EXPECT_EQ(from("2001:db8:0:1::1", "a long password").status, 200U) << "from elsewhere as ever";
  const auto of_name = std::ranges::find_if(
      logins_.failed, [](const auto& entry) { return entry.first.starts_with("name/"); });
  ASSERT_NE(of_name, logins_.failed.end());
  of_name->second.assign(60, std::chrono::system_clock::now());  // from many addresses
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(from("198.51.100.1", "a long password").status, 200U) << "slowed, not locked";
  EXPECT_GE(std::chrono::steady_clock::now() - begun, kLongestDelay);
  logins_.failed["trusted/device " + secret_digest("device x")].clear();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(from("203.0.113.9", "wrong", device).status, 401U);
  EXPECT_EQ(from("203.0.113.9", "wrong", device).status, 401U) << "a stolen device counts like others then";
}

TEST_F(AccountsRoutesTest, TheUsersOwnSessionIsNeitherSlowedNorRefused) {
  const auto now = std::chrono::system_clock::now();
  const LoginTry guessed{.name = secret_digest("name mia"), .address = {}};
  logins_.failed[keys_of(guessed).name].assign(kCountedFailuresOfName, now);
  logins_.failed[keys_of(guessed).pair].assign(kMostFailuresOfPair, now);
  const auto log_in_with_session_of = [this](const std::string& name) {
    logins_.by_sessions[secret_digest("of-" + name)] = logins_.people.at(name);
    return log_in_as("mia", "a long password", {{"Cookie", session_cookie_name(false) + "=of-" + name}});
  };
  EXPECT_EQ(log_in_with_session_of("vic").status, 429U) << "another's session is nothing";
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(log_in_with_session_of("mia").status, 200U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, kLongestDelay);
}

TEST_F(AccountsRoutesTest, EachLoginBeginsAnotherSessionAndEndsTheOneBefore) {
  const auto secret_of = [](const http::Response& response) {
    const auto cookie = response.headers.get("Set-Cookie");
    return std::string(cookie.substr(0, cookie.find(';')));
  };
  const auto first = secret_of(log_in_as("mia"));
  const auto second = secret_of(log_in_as("vic", "a long password", {{"Cookie", first}}));
  EXPECT_NE(first, second);
  EXPECT_EQ(send("GET", "/api/v1/me", "", {{"Cookie", first}}).status, 401U)
      << "whoever planted it has nothing";
  EXPECT_EQ(string_or(body_of(send("GET", "/api/v1/me", "", {{"Cookie", second}})), {"name"}), "vic");
  const auto planted = send("GET", "/api/v1/me", "",
                            {{"Host", "platform.shops.test"}, {"Cookie", "storefleet=planted; " + second}});
  EXPECT_EQ(planted.status, 401U) << "which of the two is ours cannot be told";
  EXPECT_EQ(planted.headers.get("Set-Cookie"), "storefleet=; Domain=platform.shops.test; Path=/; Max-Age=0");
}

TEST_F(AccountsRoutesTest, AnotherSitesPageCannotLogSomebodyIn) {
  const http::Headers host{{"Host", "storefleet.localhost"}};
  auto store_page = host;
  store_page.set("Origin", "http://demo.storefleet.localhost");
  EXPECT_EQ(code_of(log_in_as("mia", "a long password", store_page)), "CsrfFailed");
  auto without_origin = host;
  without_origin.set("Sec-Fetch-Site", "same-site");
  EXPECT_EQ(code_of(log_in_as("mia", "a long password", without_origin)), "CsrfFailed");
  auto own = host;
  own.set("Origin", "http://storefleet.localhost");
  own.set("Sec-Fetch-Site", "same-origin");
  EXPECT_EQ(log_in_as("mia", "a long password", own).status, 200U);
}

TEST_F(AccountsRoutesTest, NothingSecretGoesOutUnrecorded) {
  audit_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  for (const auto* target :
       {"/api/v1/stores/demo/credentials", "/api/v1/stores/demo:login", "/api/v1/tokens"}) {
    token_ = "ann";
    const bool reads = std::string_view(target).ends_with("credentials");
    const auto response = send(reads ? "GET" : "POST", target,
                               std::string_view(target).ends_with("tokens") ? R"({"name":"x"})" : "");
    EXPECT_EQ(response.status, 503U) << target;
    EXPECT_EQ(code_of(response), "AuditUnavailable") << target;
    EXPECT_EQ(response.body.find("sesame"), std::string::npos);
  }
  EXPECT_TRUE(logins_.kept.empty()) << "it was not done either";
  EXPECT_EQ(status("ann", "DELETE", "/api/v1/stores/demo"), 503U);
  EXPECT_FALSE(stores_.stores.at("demo").deletion_requested_at);
  EXPECT_EQ(log_in_as("mia").status, 503U);
  EXPECT_TRUE(logins_.by_sessions.empty());
}

TEST_F(AccountsRoutesTest, WhatCannotBeCompletedShowsNoSecretButStaysDone) {
  audit_.failure_of_completion = Error{ErrorCode::kUnavailable, "away"};
  token_ = "ann";
  const auto secret = get("/api/v1/stores/demo/credentials");
  EXPECT_EQ(secret.status, 503U);
  EXPECT_EQ(secret.body.find("sesame"), std::string::npos);
  EXPECT_EQ(status("ann", "PATCH", "/api/v1/stores/demo", R"({"title":"N"})"), 202U);
  EXPECT_EQ(json::value(audit_.kept.back().details).at("outcome"), "unknown");
  EXPECT_EQ(audit_.kept.back().subject, "store/demo");
}

TEST_F(AccountsRoutesTest, RefusedTriesAreRecordedButNotWithoutEnd) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(status("", "GET", "/api/v1/stores/demo/credentials"), 401U);
  EXPECT_EQ(audit_.kept.size(), 20U);
  EXPECT_EQ(audit_.kept.front().action, "credentials.read");
  EXPECT_EQ(audit_.kept.front().actor, "anonymous");
  EXPECT_EQ(json::value(audit_.kept.front().details).at("status"), 401);
  EXPECT_EQ(status("vic", "GET", "/api/v1/stores/demo/credentials"), 403U);
  EXPECT_EQ(audit_.kept.back().actor, "vic");
  EXPECT_EQ(json::value(audit_.kept.back().details).at("unrecordedBefore"), 30);
  EXPECT_EQ(status("vic", "GET", "/api/v1/stores/demo"), 200U);
  EXPECT_EQ(audit_.kept.size(), 21U) << "what is harmless is not recorded";
}

TEST_F(AccountsRoutesTest, OneUserHasOnlySoMuchInWork) {
  const auto ask = [this](Limits limits, const std::string& who, const std::string& method,
                          const std::string& path) {
    prometheus::Registry registry;
    auto narrow = dependencies(registry);
    narrow.limits = limits;
    Api api(std::move(narrow));
    return handle(api, {.method = method, .target = path, .headers = {{"Authorization", "Bearer " + who}}});
  };
  const Limits no_requests{.requests = {.total = 512, .each = 0}};
  EXPECT_EQ(ask(no_requests, "vic", "GET", "/api/v1/stores").status, 429U);
  EXPECT_EQ(ask(no_requests, "the-token", "GET", "/api/v1/stores").status, 200U) << "the operator's own";
  const Limits no_tests{.order_tests = {.total = 8, .each = 0}};
  const auto refused = ask(no_tests, "ann", "POST", "/api/v1/stores/demo:check");
  EXPECT_EQ(refused.status, 429U) << refused.body;
  EXPECT_FALSE(refused.headers.get("Retry-After").empty());
}

TEST_F(AccountsRoutesTest, TriesThatComeToNothingFillNoLog) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(status("vic", "POST", "/api/v1/stores", "[]"), 400U);
  EXPECT_LE(audit_.kept.size(), 20U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(status("root", "DELETE", "/api/v1/users/nobody"), 404U);
  EXPECT_LE(audit_.kept.size(), 40U);
  EXPECT_EQ(status("root", "DELETE", "/api/v1/users/vic"), 204U);
  EXPECT_EQ(audit_.kept.back().action, "user.delete") << "what is done has its entry all the same";
  EXPECT_TRUE(audit_.kept.back().succeeded);
}

TEST_F(AccountsRoutesTest, NothingIsDoneUnrecordedByAskingWhetherItWouldBe) {
  ready_store("demo");
  for (const auto* asked : {"?validateOnly=true", "?validateOnly=false", "?validateOnly"}) {
    const auto secret = get(std::string("/api/v1/stores/demo/credentials") + asked);
    EXPECT_EQ(secret.status, 400U) << secret.body;
    EXPECT_EQ(status("root", "DELETE", std::string("/api/v1/stores/demo") + asked), 400U);
    EXPECT_EQ(status("root", "PATCH", std::string("/api/v1/users/vic") + asked, R"({"role":"admin"})"), 400U);
    EXPECT_EQ(status("root", "POST", std::string("/api/v1/tokens") + asked, R"({"name":"t","scope":"full"})"),
              400U);
  }
  EXPECT_FALSE(stores_.stores.at("demo").deletion_requested_at);
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

TEST_F(AccountsRoutesTest, ANewPasswordRevokesTokensOnlyWhereAsked) {
  directory_.revoke_tokens = [this](const std::string& user) {
    std::erase_if(logins_.kept, [&](const ApiToken& token) { return token.user_id == user; });
  };
  token_ = "mia";
  send("POST", "/api/v1/tokens", R"({"name":"ci"})");
  send("POST", "/api/v1/tokens", R"({"name":"cli"})");
  const auto kept =
      send("PUT", "/api/v1/me/password", R"({"current":"a long password","new":"a new password"})");
  EXPECT_EQ(kept.status, 200U);
  EXPECT_EQ(body_of(kept), (json::object{{"revokedTokens", 0}, {"remainingTokens", 2}}));
  const auto revoked = send("PUT", "/api/v1/me/password",
                            R"({"current":"a long password","new":"a new password","revokeTokens":true})");
  EXPECT_EQ(body_of(revoked), (json::object{{"revokedTokens", 2}, {"remainingTokens", 0}}));
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
}  // namespace storefleet::api
