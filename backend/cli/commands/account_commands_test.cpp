#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

json::value body_of(const http::Request& request) {
  return parse_json(request.body).value_or(nullptr);
}

class PasswordLoginTest : public CliTest {
 protected:
  PasswordLoginTest() : address_(variables_["STOREFLEET_SERVER"]) {
    variables_.erase("STOREFLEET_SERVER");
    variables_.erase("STOREFLEET_TOKEN");
    server_.replace("POST /api/v1/auth/login", 200, R"({"name":"ann","csrfToken":"proof","expiresAt":"x"})",
                    {{"Set-Cookie", "storefleet=secret; Path=/; HttpOnly"}});
    server_.answer("POST /api/v1/tokens", 201, R"({"id":"t-1","name":"cli","token":"sft_one"})");
    server_.answer("POST /api/v1/auth/logout", 204, "");
    server_.answer("GET /api/v1/me", 200, R"({"name":"ann","role":"user"})");
  }

  std::string config() {
    std::ifstream file(folder_ + "/storefleet/config.json");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string address_;
};

TEST_F(PasswordLoginTest, MakesATokenAndEndsTheSession) {
  input_ = "pass word\n";
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin", "--token-days", "7"}), 0)
      << err_;
  EXPECT_THAT(err_, HasSubstr("as ann"));
  const auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(body_of(requests[0]), parse_json(R"({"name":"ann","password":"pass word"})").value());
  EXPECT_EQ(requests[1].target, "/api/v1/tokens");
  EXPECT_EQ(requests[1].headers.get("Cookie"), "storefleet=secret");
  EXPECT_EQ(requests[1].headers.get("X-CSRF-Token"), "proof");
  EXPECT_THAT(string_or(body_of(requests[1]), {"name"}), ::testing::StartsWith("cli@"));
  EXPECT_EQ(int_or(body_of(requests[1]), {"expiresInDays"}, 0), 7);
  EXPECT_EQ(requests[2].target, "/api/v1/auth/logout");
  EXPECT_EQ(requests[2].headers.get("Cookie"), "storefleet=secret");
  EXPECT_EQ(requests[3].headers.get("Authorization"), "Bearer sft_one");
  EXPECT_THAT(config(), AllOf(HasSubstr("sft_one"), Not(HasSubstr("pass word"))));
}

TEST_F(PasswordLoginTest, AsksOnATerminalOnly) {
  EXPECT_EQ(run({"login", address_, "--username", "ann"}), 2);
  EXPECT_THAT(err_, HasSubstr("--password-stdin"));
  terminal_ = true;
  EXPECT_EQ(run({"login", address_, "--username", "ann"}), 2) << "interrupted";
  hidden_ = "typed";
  EXPECT_EQ(run({"login", address_, "--username", "ann"}), 0) << err_;
  EXPECT_EQ(string_or(body_of(server_.requests().front()), {"password"}), "typed");
  EXPECT_THAT(err_, Not(HasSubstr("typed")));
}

TEST_F(PasswordLoginTest, AWrongPasswordIsNotStored) {
  server_.replace("POST /api/v1/auth/login", 401, R"({"code":"Unauthenticated","detail":"wrong"})");
  input_ = "guess\n";
  EXPECT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 3);
  EXPECT_THAT(err_, HasSubstr("next: storefleet login " + address_ + " --username ann"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/storefleet/config.json"));
}

TEST_F(PasswordLoginTest, WithoutATokenTheSessionEndsToo) {
  server_.replace("POST /api/v1/tokens", 503, R"({"code":"DatabaseUnreachable","detail":"away"})");
  input_ = "pass\n";
  EXPECT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 6);
  EXPECT_EQ(server_.requests().back().target, "/api/v1/auth/logout");
}

TEST_F(PasswordLoginTest, LogoutRevokesTheToken) {
  input_ = "pass\n";
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 0) << err_;
  server_.answer("DELETE /api/v1/tokens/t-1", 204, "");
  EXPECT_EQ(run({"logout"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("revoked"));
  EXPECT_EQ(server_.requests().back().method, "DELETE");
  EXPECT_EQ(server_.requests().back().headers.get("Authorization"), "Bearer sft_one");
  EXPECT_THAT(config(), Not(HasSubstr("sft_one")));
}

TEST_F(PasswordLoginTest, LogoutSaysWhereTheTokenStaysValid) {
  input_ = "pass\n";
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 0) << err_;
  server_.answer("DELETE /api/v1/tokens/t-1", 503, R"({"code":"DatabaseUnreachable","detail":"away"})");
  EXPECT_EQ(run({"logout"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("warning: the token could not be revoked"));
  EXPECT_THAT(config(), Not(HasSubstr("sft_one")));
}

TEST_F(PasswordLoginTest, LogoutEverywhereSaysWhatItLeaves) {
  input_ = "pass\n";
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 0) << err_;
  server_.answer("DELETE /api/v1/tokens/t-1", 204, "");
  server_.replace("POST /api/v1/auth/logout", 200, R"({"endedSessions":2,"remainingTokens":3})");
  ASSERT_EQ(run({"logout", "--everywhere"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("Ended 2 sessions. API tokens that stay valid: 2"))
      << "the token of this login is revoked next";
  const auto requests = server_.requests();
  EXPECT_EQ(body_of(requests[requests.size() - 2]), parse_json(R"({"everywhere":true})").value());
  EXPECT_EQ(requests.back().method, "DELETE");
}

TEST_F(PasswordLoginTest, ANewPasswordSaysWhatItLeaves) {
  input_ = "pass\n";
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 0) << err_;
  server_.answer("PUT /api/v1/me/password", 200, R"({"revokedTokens":0,"remainingTokens":4})");
  input_ = "old password\na new password\n";
  ASSERT_EQ(run({"password", "--password-stdin"}), 0) << err_;
  EXPECT_EQ(body_of(server_.requests().back()),
            parse_json(R"({"current":"old password","new":"a new password","revokeTokens":false})").value());
  EXPECT_THAT(err_, AllOf(HasSubstr("stay valid: 4"), HasSubstr("--revoke-tokens"), Not(HasSubstr("a new"))));
  server_.replace("PUT /api/v1/me/password", 200, R"({"revokedTokens":4,"remainingTokens":0})");
  input_ = "old password\na new password\n";
  ASSERT_EQ(run({"password", "--password-stdin", "--revoke-tokens"}), 0) << err_;
  EXPECT_THAT(err_, AllOf(HasSubstr("4 API tokens are revoked"), HasSubstr("next: storefleet login")));
}

TEST_F(PasswordLoginTest, ANewLoginReplacesItsToken) {
  input_ = "pass\n";
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 0) << err_;
  server_.replace("POST /api/v1/tokens", 201, R"({"id":"t-2","token":"sft_two"})");
  ASSERT_EQ(run({"login", address_, "--username", "ann", "--password-stdin"}), 0) << err_;
  const auto requests = server_.requests();
  EXPECT_TRUE(std::ranges::any_of(requests, [](const auto& request) {
    return request.method == "DELETE" && request.target == "/api/v1/tokens/t-1";
  }));
  EXPECT_THAT(config(), AllOf(HasSubstr("sft_two"), Not(HasSubstr("sft_one"))));
}

TEST_F(PasswordLoginTest, ContextsKeepServersApart) {
  ScriptedServer other;
  other.answer("GET /api/v1/me", 200, R"({"name":"bob"})");
  other.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  const auto there = fmt::format("http://127.0.0.1:{}", other.port());
  input_ = "one\n";
  ASSERT_EQ(run({"login", there, "--token-stdin", "--context", "there"}), 0) << err_;
  ASSERT_EQ(run({"login", address_, "--token-stdin", "-c", "here"}), 0) << err_;
  EXPECT_EQ(run({"config", "list", "-o", "name"}), 0);
  EXPECT_EQ(out_, "there\nhere\n");
  EXPECT_EQ(run({"config", "get", "server"}), 0);
  EXPECT_EQ(out_, address_ + "\n");
  EXPECT_EQ(run({"get", "demo", "-c", "there"}), 0) << err_;
  EXPECT_EQ(run({"config", "use-context", "there"}), 0) << err_;
  EXPECT_EQ(run({"get", "demo"}), 0) << err_;
  EXPECT_EQ(run({"config", "use-context", "nowhere"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet config list"));
  EXPECT_EQ(run({"logout", "-c", "here"}), 0) << err_;
  EXPECT_EQ(run({"config", "get", "server"}), 0);
  EXPECT_EQ(out_, there + "\n") << "the current one stays";
  EXPECT_EQ(run({"logout", "-c", "here"}), 2);
}

TEST_F(CliTest, TeamsAreShownWithTheirQuota) {
  server_.answer("GET /api/v1/teams", 200,
                 R"({"items":[{"name":"blue","displayName":"Blue","quota":{"stores":10,
                     "storageBytes":21474836480,"plans":["small","medium"]},"createdAt":"x"},
                     {"name":"red","displayName":"","quota":{},"createdAt":"x"}]})");
  EXPECT_EQ(run({"team", "list"}), 0) << err_;
  EXPECT_EQ(out_,
            "NAME  MAX-STORES  MAX-STORAGE  PLANS         DISPLAY-NAME\n"
            "blue  10          20Gi         small,medium  Blue\n"
            "red   -           -            -             -\n");
  EXPECT_EQ(run({"team", "list", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "blue\nred\n");
}

TEST_F(CliTest, ATeamIsCreatedWithItsQuota) {
  server_.answer("POST /api/v1/teams", 201, R"({"name":"blue","quota":{}})");
  EXPECT_EQ(run({"team", "create", "blue", "--display-name", "Blue", "--max-stores", "10", "--max-storage",
                 "20Gi", "--plans", "small,medium"}),
            0)
      << err_;
  EXPECT_EQ(body_of(server_.requests().front()),
            parse_json(R"({"name":"blue","displayName":"Blue","quota":{"stores":10,
                           "storageBytes":21474836480,"plans":["small","medium"]}})")
                .value());
  EXPECT_EQ(run({"team", "create", "blue", "--max-storage", "much"}), 2);
  EXPECT_THAT(err_, HasSubstr("20Gi"));
  EXPECT_EQ(run({"team", "create", "blue", "--max-stores", "-1"}), 2);
}

TEST_F(CliTest, UpdatingATeamKeepsTheRestOfItsQuota) {
  server_.answer("GET /api/v1/teams/blue", 200,
                 R"({"name":"blue","quota":{"stores":10,"storageBytes":5,"plans":["small"]}})");
  server_.answer("PATCH /api/v1/teams/blue", 200, R"({"name":"blue","quota":{}})");
  EXPECT_EQ(run({"team", "update", "blue", "--max-storage", "none", "--max-stores", "3"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"quota":{"stores":3,"plans":["small"]}})");
  EXPECT_EQ(run({"team", "update", "blue", "--plans", "all"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"quota":{"stores":10,"storageBytes":5}})");
  EXPECT_EQ(run({"team", "update", "blue"}), 2);
}

TEST_F(CliTest, TeamsAreDeletedWithConsentOnly) {
  server_.answer("DELETE /api/v1/teams/blue", 204, "");
  EXPECT_EQ(run({"team", "delete", "blue"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet team delete blue --yes"));
  EXPECT_EQ(run({"team", "delete", "blue", "--yes"}), 0) << err_;
  server_.answer("DELETE /api/v1/teams/red", 409, R"({"code":"Conflict","detail":"has stores"})");
  EXPECT_EQ(run({"team", "delete", "red", "--yes"}), 5);
  EXPECT_THAT(err_, HasSubstr("next: storefleet list --team red"));
}

TEST_F(CliTest, MembersOfATeam) {
  server_.answer("GET /api/v1/teams/blue/members", 200, R"({"items":[{"user":"ann","role":"owner"}]})");
  EXPECT_EQ(run({"team", "members", "blue", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "ann\n");
  server_.answer("PUT /api/v1/teams/blue/members/bob", 200, R"({"user":"bob","role":"viewer"})");
  EXPECT_EQ(run({"team", "add-member", "blue", "bob", "--role", "viewer"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"role":"viewer"})");
  EXPECT_EQ(out_, "USER  ROLE\nbob   viewer\n");
  EXPECT_EQ(run({"team", "add-member", "blue", "bob", "--role", "boss"}), 2);
  server_.answer("DELETE /api/v1/teams/blue/members/bob", 204, "");
  EXPECT_EQ(run({"team", "remove-member", "blue", "bob"}), 0) << err_;
  EXPECT_EQ(run({"team", "remove-member", "blue", "eve"}), 4);
  EXPECT_THAT(err_, HasSubstr("next: storefleet team members blue"));
}

TEST_F(CliTest, ANewUserGetsAPasswordThatIsPrintedOnce) {
  server_.answer("POST /api/v1/users", 201, R"({"name":"ann","role":"user","disabled":false})");
  EXPECT_EQ(run({"user", "create", "ann", "--email", "ann@example.com", "-o", "json"}), 0) << err_;
  const auto sent = body_of(server_.requests().back());
  EXPECT_EQ(string_or(sent, {"email"}), "ann@example.com");
  EXPECT_EQ(string_or(sent, {"password"}).size(), 20U);
  EXPECT_EQ(string_or(parse_json(out_).value(), {"password"}), string_or(sent, {"password"}));
  input_ = "chosen by hand\n";
  EXPECT_EQ(run({"user", "create", "ann", "--password-stdin"}), 0) << err_;
  EXPECT_EQ(string_or(body_of(server_.requests().back()), {"password"}), "chosen by hand");
  EXPECT_THAT(out_, Not(HasSubstr("chosen")));
  input_ = "";
  EXPECT_EQ(run({"user", "create", "ann", "--password-stdin"}), 2);
}

TEST_F(CliTest, UsersAreChangedAndDeleted) {
  server_.answer("PATCH /api/v1/users/ann", 200, R"({"name":"ann","role":"admin","disabled":true})");
  EXPECT_EQ(run({"user", "update", "ann", "--role", "admin", "--disable"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"role":"admin","disabled":true})");
  EXPECT_EQ(out_, "NAME  ROLE   STATE     EMAIL\nann   admin  disabled  -\n");
  EXPECT_EQ(run({"user", "update", "ann", "--generate-password"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr(string_or(body_of(server_.requests().back()), {"password"}, "?")));
  EXPECT_EQ(run({"user", "update", "ann"}), 2);
  EXPECT_EQ(run({"user", "update", "ann", "--enable", "--disable"}), 2);
  server_.answer("DELETE /api/v1/users/ann", 204, "");
  EXPECT_EQ(run({"user", "delete", "ann", "--yes"}), 0) << err_;
  server_.answer("GET /api/v1/users", 200, R"({"items":[{"name":"bob","role":"user","disabled":false}]})");
  EXPECT_EQ(run({"user", "list", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "bob\n");
  EXPECT_EQ(run({"user", "get", "eve"}), 4);
  EXPECT_THAT(err_, HasSubstr("next: storefleet user list"));
}

TEST_F(CliTest, TokensAreMadeAndRevoked) {
  server_.answer(
      "POST /api/v1/tokens", 201,
      R"({"id":"t-1","name":"ci","scope":"read","token":"sft_new","expiresAt":"2027-01-01T00:00:00.000Z"})");
  EXPECT_EQ(run({"token", "create", "ci", "--scope", "read", "--days", "30"}), 0) << err_;
  EXPECT_EQ(out_, "sft_new\n");
  EXPECT_EQ(server_.requests().back().body, R"({"name":"ci","scope":"read","expiresInDays":30})");
  server_.answer(
      "GET /api/v1/tokens", 200,
      R"({"items":[{"id":"t-1","name":"ci"},{"id":"t-2","name":"old"},{"id":"t-3","name":"old"}]})");
  for (const auto* id : {"t-1", "t-2"}) server_.answer(fmt::format("DELETE /api/v1/tokens/{}", id), 204, "");
  EXPECT_EQ(run({"token", "delete", "ci"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().target, "/api/v1/tokens/t-1");
  EXPECT_EQ(run({"token", "delete", "old"}), 2) << "two have that name";
  EXPECT_EQ(run({"token", "delete", "t-2"}), 0) << err_;
  EXPECT_EQ(run({"token", "delete", "none"}), 4);
  EXPECT_EQ(run({"token", "list", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "ci\nold\nold\n");
}

TEST_F(CliTest, AuditIsFilteredByTheServer) {
  server_.answer("GET /api/v1/audit?actor=ann&action=store.create&before=90&limit=1", 200,
                 R"({"items":[{"id":41,"at":"2026-11-24T11:15:00.000Z","actor":"ann","action":"store.create",
                     "subject":"store/demo","team":"default","succeeded":false}]})");
  EXPECT_EQ(run({"audit", "--actor", "ann", "--action", "store.create", "--before", "90", "--limit", "1"}), 0)
      << err_;
  EXPECT_THAT(out_, HasSubstr("ann    store.create  store/demo  default  refused\n"));
  EXPECT_THAT(err_, HasSubstr("next: storefleet audit --before 41"));
  EXPECT_EQ(run({"audit", "--limit", "0"}), 2);
}

TEST_F(CliTest, WordsInsideAGroupGetASuggestionToo) {
  EXPECT_EQ(run({"team", "lsit"}), 2);
  EXPECT_THAT(err_, AllOf(HasSubstr("Did you mean 'list'?"), HasSubstr("next: storefleet team list --help")));
  EXPECT_EQ(run({"team", "create", "blue", "--max-store", "1"}), 2);
  EXPECT_THAT(err_, AllOf(HasSubstr("Did you mean '--max-stores'?"),
                          HasSubstr("next: storefleet team create --help")));
  EXPECT_EQ(run({"team"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet team --help"));
}

}  // namespace
}  // namespace storefleet::cli
