#include <gmock/gmock.h>

#include "api/accounts/testing.hpp"

namespace storefleet::api {
namespace {

using testing::ElementsAre;

class AuditedRoutesTest : public AccountsRoutesTest {};

TEST_F(AuditedRoutesTest, NothingSecretGoesOutUnrecorded) {
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

TEST_F(AuditedRoutesTest, WhatCannotBeCompletedShowsNoSecretButStaysDone) {
  audit_.failure_of_completion = Error{ErrorCode::kUnavailable, "away"};
  token_ = "ann";
  const auto secret = get("/api/v1/stores/demo/credentials");
  EXPECT_EQ(secret.status, 503U);
  EXPECT_EQ(secret.body.find("sesame"), std::string::npos);
  EXPECT_EQ(status("ann", "PATCH", "/api/v1/stores/demo", R"({"title":"N"})"), 202U);
  EXPECT_EQ(json::value(audit_.kept.back().details).at("outcome"), "unknown");
  EXPECT_EQ(audit_.kept.back().subject, "store/demo");
}

TEST_F(AuditedRoutesTest, RefusedTriesAreRecordedButNotWithoutEnd) {
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

TEST_F(AuditedRoutesTest, OneUserHasOnlySoMuchInWork) {
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

TEST_F(AuditedRoutesTest, TriesThatComeToNothingFillNoLog) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(status("vic", "POST", "/api/v1/stores", "[]"), 400U);
  EXPECT_LE(audit_.kept.size(), 20U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(status("root", "DELETE", "/api/v1/users/nobody"), 404U);
  EXPECT_LE(audit_.kept.size(), 40U);
  EXPECT_EQ(status("root", "DELETE", "/api/v1/users/vic"), 204U);
  EXPECT_EQ(audit_.kept.back().action, "user.delete") << "what is done has its entry all the same";
  EXPECT_TRUE(audit_.kept.back().succeeded);
}

TEST_F(AuditedRoutesTest, NothingIsDoneUnrecordedByAskingWhetherItWouldBe) {
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

TEST_F(AuditedRoutesTest, ChangesAreRecordedWithWhoDidThem) {
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

TEST_F(AuditedRoutesTest, WhatIsCreatedIsNamedInTheRecord) {
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

}  // namespace
}  // namespace storefleet::api
