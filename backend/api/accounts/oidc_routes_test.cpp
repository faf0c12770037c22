#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"
#include "base/base64.hpp"
#include "oidc/single_sign_on.hpp"
#include "oidc/testing.hpp"

namespace storefleet::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kIssuer = "https://login.example.com/realm";
const std::string kDiscovery = kIssuer + "/.well-known/openid-configuration";
const std::string kToken = "https://api.example.com/token";
const std::string kKeys = "https://api.example.com/keys";
const std::string kUserInfo = "https://api.example.com/userinfo";
const http::Headers kBrowser{{"Accept", "text/html,application/xhtml+xml"}};

std::int64_t seconds_from_now(int seconds) {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
             .count() +
         seconds;
}

/// A platform with a scripted provider at which "ann-sub" may log in.
class OidcRoutesTest : public ApiTest {
 protected:
  OidcRoutesTest() {
    token_ = "";
    transport_.answer(kDiscovery, discovery());
    transport_.answer(kKeys, {{"keys", {signer().public_key()}}});
    configure({});
  }

  static const oidc::TestSigner& signer() {
    static const oidc::TestSigner kSigner(oidc::SignatureAlgorithm::kRs256, "key-1");
    return kSigner;
  }
  static json::object discovery() {
    return {{"issuer", kIssuer},
            {"authorization_endpoint", "https://login.example.com/authorize"},
            {"token_endpoint", kToken},
            {"jwks_uri", kKeys}};
  }

  /// Another platform of the same kind: as after a restart with other settings.
  void configure(oidc::OidcConfig config) {
    config.issuer = kIssuer;
    config.client_id = "fleet";
    if (config.public_url.empty()) config.public_url = "https://fleet.example.com";
    sign_on_.emplace(oidc::SingleSignOn{.provider = oidc::OidcProvider(config, transport_),
                                        .seal = oidc::FlowSeal("the-token"),
                                        .identities = identities_});
    auto parts = dependencies(metrics_of_sso_.emplace_back());
    parts.single_sign_on = &*sign_on_;
    parts.trusted_proxies = TrustedProxies::parse({"10.0.0.0/8"}).value();
    sso_.emplace(std::move(parts));
  }

  http::Response ask(const std::string& target, http::Headers headers = {}, const std::string& method = "GET",
                     const std::string& body = {}) {
    if (!body.empty()) headers.set("Content-Type", "application/json");
    auto response = handle(*sso_, {.method = method,
                                   .target = target,
                                   .headers = std::move(headers),
                                   .body = body,
                                   .remote_address = "10.1.1.1"});
    contract_.expect_documented(method, std::string(http::split_target(target).path), response);
    return response;
  }

  /// What the browser has after it was sent to the provider.
  struct Away {
    std::string state;
    std::string nonce;
    std::string cookie;  // name=value
    http::Response response;
  };
  Away go_to_provider(const std::string& query = "") {
    Away away{.response = ask("/api/v1/auth/oidc/login" + query, kBrowser)};
    const auto location = std::string(away.response.headers.get("Location"));
    const auto parameters = http::QueryParameters::parse(location.substr(location.find('?')));
    away.state = parameters->get("state").value_or("");
    away.nonce = parameters->get("nonce").value_or("");
    const auto cookie = std::string(away.response.headers.get("Set-Cookie"));
    away.cookie = cookie.substr(0, cookie.find(';'));
    return away;
  }

  static json::object claims_for(const Away& away, const std::string& subject = "ann-sub") {
    return {{"iss", kIssuer},
            {"sub", subject},
            {"aud", "fleet"},
            {"exp", seconds_from_now(300)},
            {"iat", seconds_from_now(0)},
            {"nonce", away.nonce},
            {"preferred_username", "ann"},
            {"email", "ann@example.com"},
            {"email_verified", true}};
  }
  void provider_gives(const std::string& id_token) {
    transport_.answer(kToken,
                      {{"id_token", id_token}, {"access_token", "access-1"}, {"token_type", "Bearer"}});
  }
  http::Response come_back(const Away& away, http::Headers headers = kBrowser, const std::string& more = "") {
    headers.set("Cookie", away.cookie);
    return ask("/api/v1/auth/oidc/callback?code=the-code&state=" + away.state + more, std::move(headers));
  }
  /// A whole login with these claims; where the browser ends up.
  http::Response log_in_with(const std::function<void(json::object&)>& change = {}) {
    const auto away = go_to_provider();
    auto claims = claims_for(away);
    if (change) change(claims);
    provider_gives(signer().sign(claims));
    return come_back(away);
  }
  static std::string location(const http::Response& response) {
    EXPECT_EQ(response.status, 302U);
    return std::string(response.headers.get("Location"));
  }
  /// Set-Cookie of the session; empty: none.
  static std::string session_of(const http::Response& response) {
    for (const auto cookie : response.headers.all("Set-Cookie"))
      if (cookie.starts_with("storefleet=") || cookie.starts_with("__Host-storefleet="))
        return std::string(cookie);
    return {};
  }

  oidc::ScriptedTransport transport_;
  oidc::MemoryIdentities identities_{logins_};
  std::list<prometheus::Registry> metrics_of_sso_;
  std::optional<oidc::SingleSignOn> sign_on_;
  std::optional<Api> sso_;
};

TEST_F(OidcRoutesTest, ProvidersAreKnownToAnybody) {
  configure({.display_name = "Example login"});
  const auto body = body_of(ask("/api/v1/auth/providers"));
  ASSERT_EQ(array_at(body, {"items"}).size(), 1U);
  EXPECT_EQ(string_or(array_at(body, {"items"})[0], {"displayName"}), "Example login");
  EXPECT_TRUE(array_at(body_of(send("GET", "/api/v1/auth/providers")), {"items"}).empty());
  EXPECT_EQ(send("GET", "/api/v1/auth/oidc/login").status, 404U);
  EXPECT_EQ(send("GET", "/api/v1/auth/oidc/callback?code=x&state=y").status, 404U);
}

TEST_F(OidcRoutesTest, TheBrowserIsSentWithEverythingTheStandardWants) {
  const auto away = go_to_provider("?returnTo=/stores/demo");
  const auto url = location(away.response);
  EXPECT_THAT(url, StartsWith("https://login.example.com/authorize?response_type=code&client_id=fleet&"));
  for (const auto* part : {"redirect_uri=https%3A%2F%2Ffleet.example.com%2Fapi%2Fv1%2Fauth%2Foidc%2Fcallback",
                           "scope=openid%20profile%20email", "code_challenge_method=S256",
                           "code_challenge=", "state=", "nonce="})
    EXPECT_THAT(url, HasSubstr(part));
  const std::string cookie(away.response.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, StartsWith("__Host-storefleet-oidc="));
  EXPECT_THAT(cookie, HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"));
  configure({.public_url = "http://storefleet.localhost"});
  const std::string plain(go_to_provider().response.headers.get("Set-Cookie"));
  EXPECT_THAT(plain, StartsWith("storefleet-oidc="));
  EXPECT_EQ(plain.find("Secure"), std::string::npos);
}

TEST_F(OidcRoutesTest, NobodyIsMadeAUserUnrecorded) {
  configure({.create_users = true, .default_team = "blue"});
  const auto away = go_to_provider();
  provider_gives(signer().sign(claims_for(away)));
  audit_.failure = Error{ErrorCode::kUnavailable, "the disk is full"};
  const auto refused = come_back(away, {});
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(code_of(refused), "AuditUnavailable");
  EXPECT_EQ(session_of(refused), "");
  audit_.failure.reset();
  const auto again = go_to_provider();
  provider_gives(signer().sign(claims_for(again)));
  EXPECT_EQ(come_back(again).status, 302U);
  EXPECT_EQ(json::value(audit_.kept.back().details).at("created"), true) << "only now";
  EXPECT_EQ(audit_.kept.back().actor, "ann");
}

TEST_F(OidcRoutesTest, NobodyIsSentElsewhereAfterwards) {
  for (const auto* target : {"//evil.example.com", "https://evil.example.com", "/%5Cevil.example.com", "x"}) {
    const auto response = ask(std::string("/api/v1/auth/oidc/login?returnTo=") + target);
    EXPECT_EQ(response.status, 400U) << target;
    EXPECT_EQ(code_of(response), "InvalidParameter");
  }
}

TEST_F(OidcRoutesTest, ANewcomerGetsAUserAndASession) {
  configure({.client_secret = "s:cret", .create_users = true, .default_team = "blue"});
  const auto away = go_to_provider("?returnTo=/stores?phase=Ready");
  provider_gives(signer().sign(claims_for(away)));
  auto headers = kBrowser;
  headers.set("X-Forwarded-Proto", "https");
  headers.set("X-Forwarded-For", "203.0.113.7");
  const auto response = come_back(away, headers);
  EXPECT_EQ(location(response), "/stores?phase=Ready");
  const auto session = session_of(response);
  EXPECT_THAT(session, StartsWith("__Host-storefleet="));
  EXPECT_THAT(session, HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure"));
  EXPECT_THAT(std::string(response.headers.all("Set-Cookie").back()),
              StartsWith("__Host-storefleet-oidc=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
  headers.set("Cookie", session.substr(0, session.find(';')));
  const auto me = body_of(ask("/api/v1/me", headers));
  EXPECT_EQ(string_or(me, {"name"}), "ann");
  EXPECT_EQ(string_or(me, {"via"}), "session");
  EXPECT_EQ(string_or(me, {"role"}), "user");

  const auto& asked = transport_.asked.at(1).second;
  EXPECT_EQ(transport_.asked.at(1).first, kToken);
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.headers.get("Authorization"), "Basic ZmxlZXQ6cyUzQWNyZXQ=") << "fleet:s%3Acret";
  const auto form = http::QueryParameters::parse(asked.body);
  EXPECT_EQ(form->get("grant_type"), "authorization_code");
  EXPECT_EQ(form->get("code"), "the-code");
  EXPECT_EQ(form->get("redirect_uri"), "https://fleet.example.com/api/v1/auth/oidc/callback");
  EXPECT_FALSE(form->get("client_secret"));
  const auto challenge = oidc::code_challenge(form->get("code_verifier").value_or(""));
  EXPECT_THAT(location(away.response), HasSubstr("code_challenge=" + challenge));

  const auto& entry = audit_.kept.back();
  EXPECT_EQ(entry.action, "session.create");
  EXPECT_EQ(entry.via, "oidc");
  EXPECT_EQ(entry.actor, "ann");
  EXPECT_TRUE(entry.succeeded);
  EXPECT_EQ(entry.address, "203.0.113.7");
  EXPECT_EQ(json::value(entry.details).at("subject"), "ann-sub");
}

TEST_F(OidcRoutesTest, APublicClientShowsItsNameAlone) {
  configure({.create_users = true});
  EXPECT_EQ(location(log_in_with()), "/");
  const auto& asked = transport_.asked.at(1).second;
  EXPECT_FALSE(asked.headers.contains("Authorization"));
  EXPECT_EQ(http::QueryParameters::parse(asked.body)->get("client_id"), "fleet");
}

TEST_F(OidcRoutesTest, TheSecretGoesWhereTheProviderWantsIt) {
  auto document = discovery();
  document["token_endpoint_auth_methods_supported"] = {"client_secret_post", "private_key_jwt"};
  transport_.answer(kDiscovery, document);
  configure({.client_secret = "secret", .create_users = true});
  EXPECT_EQ(location(log_in_with()), "/");
  const auto& asked = transport_.asked.at(1).second;
  EXPECT_FALSE(asked.headers.contains("Authorization"));
  EXPECT_EQ(http::QueryParameters::parse(asked.body)->get("client_secret"), "secret");
}

TEST_F(OidcRoutesTest, WithoutAnAccountOnesAdminIsAsked) {
  logins_.people["ann"] = {.user = {.id = "ann", .name = "ann", .email = "ann@example.com"}};
  directory_.people["ann"] = logins_.people["ann"].user;
  const auto response = log_in_with();
  EXPECT_EQ(location(response), "/login?error=NoAccount") << "the same name and e-mail address are no proof";
  EXPECT_EQ(session_of(response), "");
  EXPECT_EQ(json::value(audit_.kept.back().details).at("subject"), "ann-sub") << "the admin finds it there";
  EXPECT_FALSE(audit_.kept.back().succeeded);

  const http::Headers admin{{"Authorization", "Bearer the-token"}};
  const std::string path = "/api/v1/users/ann/identity";
  EXPECT_EQ(ask(path, {}, "PUT", R"({"subject":"ann-sub"})").status, 401U);
  EXPECT_EQ(ask(path, admin, "PUT", R"({"subject":""})").status, 422U);
  EXPECT_EQ(ask(path, admin, "PUT", R"({"sub":"x"})").status, 400U);
  EXPECT_EQ(ask("/api/v1/users/nobody/identity", admin, "PUT", R"({"subject":"x"})").status, 404U);
  EXPECT_EQ(ask(path, admin, "PUT", R"({"subject":"ann-sub"})").status, 204U);
  EXPECT_EQ(audit_.kept.back().action, "identity.link");
  EXPECT_EQ(ask("/api/v1/users/bob/identity", admin, "PUT", R"({"subject":"ann-sub"})").status, 409U);
  EXPECT_EQ(location(log_in_with()), "/");
  EXPECT_EQ(ask(path, admin, "DELETE").status, 204U);
  EXPECT_EQ(ask(path, admin, "DELETE").status, 404U);
  EXPECT_EQ(location(log_in_with()), "/login?error=NoAccount");
}

TEST_F(OidcRoutesTest, OnlyAnAdminSaysWhoIsWho) {
  logins_.by_tokens[secret_digest("ann")] = {.user = {.id = "ann", .name = "ann"},
                                             .scope = TokenScope::kFull};
  const http::Headers ann{{"Authorization", "Bearer ann"}};
  EXPECT_EQ(ask("/api/v1/users/ann/identity", ann, "PUT", R"({"subject":"root-sub"})").status, 403U);
  EXPECT_EQ(ask("/api/v1/users/root/identity", ann, "DELETE").status, 403U);
  EXPECT_TRUE(identities_.users.empty());
}

TEST_F(OidcRoutesTest, ADisabledUserStaysOut) {
  identities_.add({kIssuer, "ann-sub"}, {.id = "1", .name = "ann", .disabled = true});
  const auto response = log_in_with();
  EXPECT_EQ(location(response), "/login?error=UserDisabled");
  EXPECT_EQ(session_of(response), "");
}

TEST_F(OidcRoutesTest, WithoutARecordNobodyIsLetIn) {
  configure({.create_users = true});
  audit_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  const auto shown = log_in_with();
  EXPECT_EQ(location(shown), "/login?error=AuditUnavailable");
  EXPECT_EQ(session_of(shown), "");
  const auto away = go_to_provider();
  provider_gives(signer().sign(claims_for(away)));
  const auto refused = come_back(away, {});
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(code_of(refused), "AuditUnavailable");
  EXPECT_EQ(session_of(refused), "");
  EXPECT_TRUE(logins_.by_sessions.empty());
}

TEST_F(OidcRoutesTest, TheGroupsDecideAtEachLogin) {
  configure({.admin_group = "fleet-admins", .create_users = true});
  const auto role_with = [this](const json::value& groups) {
    EXPECT_EQ(location(log_in_with([&](json::object& claims) { claims["groups"] = groups; })), "/");
    return identities_.users.at(kIssuer + " ann-sub").role;
  };
  EXPECT_EQ(role_with({"staff"}), PlatformRole::kUser);
  EXPECT_EQ(role_with({"staff", "fleet-admins"}), PlatformRole::kAdmin);
  EXPECT_EQ(role_with({"staff"}), PlatformRole::kUser);
  configure({.create_users = true});
  identities_.users.at(kIssuer + " ann-sub").role = PlatformRole::kAdmin;
  EXPECT_EQ(role_with({"staff"}), PlatformRole::kAdmin)
      << "without a group in the settings roles are set here";
}

TEST_F(OidcRoutesTest, WhatTheTokenLacksIsInTheUserInfo) {
  auto document = discovery();
  document["userinfo_endpoint"] = kUserInfo;
  transport_.answer(kDiscovery, document);
  configure({.admin_group = "fleet-admins", .create_users = true});
  const auto without = [](json::object& claims) { claims.erase("preferred_username"); };
  transport_.answer(kUserInfo,
                    {{"sub", "bob-sub"}, {"preferred_username", "bob"}, {"groups", {"fleet-admins"}}});
  EXPECT_EQ(location(log_in_with(without)), "/login?error=LoginFailed") << "of somebody else";
  transport_.answer(kUserInfo, {{"sub", "ann-sub"},
                                {"email", "other@example.com"},
                                {"preferred_username", "annie"},
                                {"groups", {"fleet-admins"}}});
  EXPECT_EQ(location(log_in_with(without)), "/");
  EXPECT_EQ(transport_.asked.back().second.headers.get("Authorization"), "Bearer access-1");
  const auto& user = identities_.users.at(kIssuer + " ann-sub");
  EXPECT_EQ(user.name, "annie");
  EXPECT_EQ(user.role, PlatformRole::kAdmin);
  EXPECT_EQ(user.email, "ann@example.com") << "what the token says counts more";
}

TEST_F(OidcRoutesTest, AnAnswerToAnotherBrowserIsRefused) {
  configure({.create_users = true});
  const auto mine = go_to_provider();
  const auto theirs = go_to_provider();
  provider_gives(signer().sign(claims_for(mine)));
  const auto asked = transport_.asked.size();
  auto swapped = mine;
  swapped.state = theirs.state;
  auto bare = mine;
  bare.cookie = "x=y";
  auto forged = mine;
  forged.cookie.back() = forged.cookie.back() == 'A' ? 'B' : 'A';
  auto stateless = mine;
  stateless.state = "";
  for (const auto& away : {swapped, bare, forged, stateless})
    EXPECT_EQ(location(come_back(away)), "/login?error=LoginExpired");
  EXPECT_EQ(transport_.asked.size(), asked) << "the code went nowhere";
  EXPECT_EQ(location(come_back(mine)), "/");
}

TEST_F(OidcRoutesTest, TheSameAnswerCountsOnce) {
  configure({.create_users = true});
  const auto away = go_to_provider();
  provider_gives(signer().sign(claims_for(away)));
  EXPECT_EQ(location(come_back(away)), "/");
  const auto again = come_back(away);  // of a provider that takes a code twice
  EXPECT_EQ(location(again), "/login?error=LoginExpired");
  EXPECT_EQ(session_of(again), "");
}

TEST_F(OidcRoutesTest, ATokenThatProvesNothingOpensNothing) {
  configure({.create_users = true});
  using Change = std::function<void(json::object&)>;
  const Change changes[] = {
      [](json::object& claims) { claims["nonce"] = "another"; },
      [](json::object& claims) { claims["aud"] = "another"; },
      [](json::object& claims) { claims["iss"] = "https://evil.example.com"; },
      [](json::object& claims) { claims["exp"] = seconds_from_now(-120); },
  };
  for (const auto& change : changes) {
    const auto response = log_in_with(change);
    EXPECT_EQ(location(response), "/login?error=LoginFailed");
    EXPECT_EQ(session_of(response), "");
    EXPECT_EQ(audit_.kept.back().actor, "anonymous");
    EXPECT_FALSE(audit_.kept.back().succeeded);
  }
  const auto away = go_to_provider();
  provider_gives(encode_base64url(R"({"alg":"none"})") + "." +
                 encode_base64url(json::serialize(claims_for(away))) + ".");
  EXPECT_EQ(location(come_back(away)), "/login?error=LoginFailed");
  EXPECT_TRUE(identities_.users.empty());
}

TEST_F(OidcRoutesTest, AnUnknownKeyIsLookedForOnce) {
  configure({.create_users = true});
  EXPECT_EQ(location(log_in_with()), "/");
  EXPECT_EQ(location(log_in_with()), "/");
  EXPECT_EQ(transport_.times(kKeys), 1U) << "keys are kept";
  EXPECT_EQ(transport_.times(kDiscovery), 1U);
  const oidc::TestSigner next(oidc::SignatureAlgorithm::kEs256, "key-2");
  auto away = go_to_provider();
  provider_gives(next.sign(claims_for(away)));
  EXPECT_EQ(location(come_back(away)), "/login?error=LoginFailed");
  EXPECT_EQ(transport_.times(kKeys), 2U);
  transport_.answer(kKeys, {{"keys", {signer().public_key(), next.public_key()}}});
  away = go_to_provider();
  provider_gives(next.sign(claims_for(away)));
  EXPECT_EQ(location(come_back(away)), "/") << "the provider has changed its key";
  EXPECT_EQ(transport_.times(kKeys), 3U);
}

TEST_F(OidcRoutesTest, WhatTheProviderSaysInsteadOfACode) {
  const auto ended = [this](const std::string& query) {
    const auto away = go_to_provider();
    return location(ask("/api/v1/auth/oidc/callback?state=" + away.state + query,
                        {{"Accept", "text/html"}, {"Cookie", away.cookie}}));
  };
  EXPECT_EQ(ended("&error=access_denied"), "/login?error=LoginDenied");
  EXPECT_EQ(ended("&error=server_error&error_description=x"), "/login?error=LoginFailed");
  transport_.answer(kToken, {{"error", "invalid_grant"}}, 400);
  EXPECT_EQ(ended("&code=old"), "/login?error=LoginFailed");
  transport_.answer(kToken, {{"error", "invalid_client"}}, 401);
  EXPECT_EQ(ended("&code=x"), "/login?error=LoginFailed");
  transport_.answer(kToken, {{"oops", true}}, 500);
  EXPECT_EQ(ended("&code=x"), "/login?error=ProviderUnavailable");
  transport_.answer(kToken, {{"access_token", "only"}});
  EXPECT_EQ(ended("&code=x"), "/login?error=ProviderUnavailable");
  EXPECT_EQ(logins_.failed["address/10.1.1.1"].size(), 4U);
  EXPECT_EQ(transport_.times(kDiscovery), 2U) << "an endpoint that fails may have moved";
}

TEST_F(OidcRoutesTest, TheAnswersIssuerMustBeOurs) {
  configure({.create_users = true});
  const auto ended = [this](const std::string& iss) {
    const auto away = go_to_provider();
    provider_gives(signer().sign(claims_for(away)));
    return location(come_back(away, kBrowser, iss));
  };
  EXPECT_EQ(ended("&iss=" + http::percent_encode(kIssuer)), "/");
  EXPECT_EQ(ended("&iss=https%3A%2F%2Fevil.example.com"), "/login?error=LoginFailed");
  auto document = discovery();
  document["authorization_response_iss_parameter_supported"] = true;
  transport_.answer(kDiscovery, document);
  configure({.create_users = true});
  EXPECT_EQ(ended(""), "/login?error=LoginFailed");
  EXPECT_EQ(ended("&iss=" + http::percent_encode(kIssuer)), "/");
}

TEST_F(OidcRoutesTest, AProviderThatIsNotTheConfiguredOneIsNotUsed) {
  const auto with = [this](std::string_view name, const json::value& value) {
    auto document = discovery();
    document[name] = value;
    transport_.answer(kDiscovery, document);
    configure({});
    return location(ask("/api/v1/auth/oidc/login", kBrowser));
  };
  EXPECT_EQ(with("issuer", json::string(kIssuer + "/")), "/login?error=ProviderUnavailable");
  EXPECT_EQ(with("issuer", nullptr), "/login?error=ProviderUnavailable");
  EXPECT_EQ(with("token_endpoint", "http://api.example.com/token"), "/login?error=ProviderUnavailable");
  EXPECT_EQ(with("jwks_uri", nullptr), "/login?error=ProviderUnavailable");
  EXPECT_THAT(with("issuer", json::string(kIssuer)), StartsWith("https://login.example.com/authorize?"));
}

TEST_F(OidcRoutesTest, AfterAFailureTheProviderIsAskedAgain) {
  transport_.answers.erase(kDiscovery);
  const auto problem = ask("/api/v1/auth/oidc/login");
  EXPECT_EQ(problem.status, 503U);
  EXPECT_EQ(code_of(problem), "ProviderUnavailable") << "a program sees a problem";
  transport_.answer(kDiscovery, discovery());
  EXPECT_EQ(ask("/api/v1/auth/oidc/login").status, 302U);
}

TEST_F(OidcRoutesTest, FailuresOfAnAddressAreLimited) {
  logins_.failed["address/10.1.1.1"].assign(49, logins_.now);
  EXPECT_EQ(location(log_in_with([](json::object& claims) { claims["nonce"] = "x"; })),
            "/login?error=LoginFailed");
  const auto asked = transport_.times(kToken);
  EXPECT_EQ(location(log_in_with()), "/login?error=TooManyRequests");
  EXPECT_EQ(transport_.times(kToken), asked);
}

TEST_F(OidcRoutesTest, APasswordFailsForTheClientsAddress) {
  const auto log_in = [this](const std::string& forwarded) {
    return ask("/api/v1/auth/login", {{"X-Forwarded-For", forwarded}}, "POST",
               R"({"name":"ann","password":"wrong"})");
  };
  EXPECT_EQ(log_in("198.51.100.1, 203.0.113.7").status, 401U);
  EXPECT_EQ(logins_.failed["address/203.0.113.7"].size(), 1U);
  EXPECT_EQ(audit_.kept.back().address, "203.0.113.7");
  logins_.failed["address/203.0.113.7"].assign(50, logins_.now);
  EXPECT_EQ(log_in("198.51.100.2, 203.0.113.7").status, 429U) << "what a client writes there is no way out";
  EXPECT_EQ(log_in("203.0.113.8").status, 401U) << "another client behind the same proxy";
}

}  // namespace
}  // namespace storefleet::api
