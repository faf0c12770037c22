#include <gmock/gmock.h>

#include "api/accounts/testing.hpp"

namespace storefleet::api {
namespace {

using testing::HasSubstr;

class LoginsTest : public AccountsRoutesTest {};

TEST_F(LoginsTest, APasswordOpensASession) {
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

TEST_F(LoginsTest, UnderTlsTheCookieIsBoundToIt) {
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

TEST_F(LoginsTest, ChangingThePasswordIsThrottledLikeALogin) {
  token_ = "mia";
  const auto change = [&](const std::string& current) {
    return send("PUT", "/api/v1/me/password",
                json::serialize(json::object{{"current", current}, {"new", "a new password"}}));
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(change("wrong").status, 422U);
  EXPECT_EQ(change("a long password").status, 429U);
}

TEST_F(LoginsTest, OnlyFullScopeEndsAllSessions) {
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

TEST_F(LoginsTest, ATypedNameThatNobodyHasIsNotRecorded) {
  EXPECT_EQ(log_in_as("hunter2").status, 401U);
  EXPECT_EQ(audit_.kept.back().actor, "anonymous");
  EXPECT_EQ(audit_.kept.back().subject, "user/anonymous");
}

TEST_F(LoginsTest, WhatIsNoTextIsNobodysName) {
  token_ = "root";
  EXPECT_EQ(send("DELETE", "/api/v1/users/mia%00x").status, 404U);
  EXPECT_EQ(send("DELETE", "/api/v1/tokens/%FF").status, 404U);
  EXPECT_TRUE(directory_.people.contains("mia"));
  EXPECT_EQ(get("/api/v1/audit?actor=%FF").status, 400U);
}

TEST_F(LoginsTest, NobodyLocksAnotherOneOut) {
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
  EXPECT_EQ(from("2001:db8::1", "a long password", device).status, 200U) << "they have been there before";
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

TEST_F(LoginsTest, TheUsersOwnSessionIsNeitherSlowedNorRefused) {
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

TEST_F(LoginsTest, EachLoginBeginsAnotherSessionAndEndsTheOneBefore) {
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

TEST_F(LoginsTest, AnotherSitesPageCannotLogSomebodyIn) {
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

TEST_F(LoginsTest, ANewPasswordRevokesTokensOnlyWhereAsked) {
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

TEST_F(LoginsTest, FailedLoginsAreCountedAndRecorded) {
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

}  // namespace
}  // namespace storefleet::api
