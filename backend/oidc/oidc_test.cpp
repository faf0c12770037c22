#include <array>

#include <gmock/gmock.h>

#include "base/base64.hpp"
#include "oidc/account.hpp"
#include "oidc/config.hpp"
#include "oidc/flow.hpp"
#include "oidc/id_token.hpp"
#include "oidc/testing.hpp"

namespace storefleet::oidc {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const auto kNow = parse_time("2026-11-24T12:00:00Z").value();
constexpr std::int64_t kNowSeconds = 1'795'521'600;

json::object good_claims() {
  return {{"iss", "https://login.example.com"}, {"sub", "248289761001"},   {"aud", "fleet"},
          {"exp", kNowSeconds + 300},           {"iat", kNowSeconds - 10}, {"nonce", "the-nonce"}};
}

const IdTokenExpectation kExpected{
    .issuer = "https://login.example.com", .client_id = "fleet", .nonce = "the-nonce", .now = kNow};

class IdTokenTest : public testing::Test {
 protected:
  static const TestSigner& rsa() {
    static const TestSigner kSigner(SignatureAlgorithm::kRs256, "rsa-1");
    return kSigner;
  }
  static const TestSigner& ec() {
    static const TestSigner kSigner(SignatureAlgorithm::kEs256, "ec-1");
    return kSigner;
  }
  static std::string verdict(const std::string& token) {
    const auto verified = verify_id_token(token, key_set({rsa().public_key(), ec().public_key()}), kExpected);
    return verified ? "good" : verified.error().message;
  }
};

TEST_F(IdTokenTest, IsGoodWithEitherAlgorithm) {
  EXPECT_EQ(verdict(rsa().sign(good_claims())), "good");
  EXPECT_EQ(verdict(ec().sign(good_claims())), "good");
}

TEST_F(IdTokenTest, EachWrongClaimIsRefused) {
  struct Case {
    std::string claim;
    json::value value;  // null: the claim is left out
    std::string verdict;
  };
  const json::value array_with_us = {"other", "fleet"};
  const Case cases[] = {
      {"iss", "https://login.example.com/", "(iss)"},
      {"iss", "https://evil.example.com", "(iss)"},
      {"iss", nullptr, "(iss)"},
      {"aud", "other", "(aud)"},
      {"aud", json::array{"other"}, "(aud)"},
      {"aud", json::array{}, "(aud)"},
      {"aud", nullptr, "(aud)"},
      {"aud", array_with_us, "(azp)"},
      {"aud", json::array{"fleet"}, "good"},
      {"azp", "fleet", "good"},
      {"azp", "other", "(azp)"},
      {"azp", 7, "(azp)"},
      {"exp", kNowSeconds - 59, "good"},
      {"exp", kNowSeconds - 60, "(exp)"},
      {"exp", static_cast<double>(kNowSeconds) + 0.5, "good"},
      {"exp", "2027-01-01T00:00:00Z", "(exp, iat)"},
      {"exp", nullptr, "(exp, iat)"},
      {"iat", kNowSeconds + 60, "good"},
      {"iat", kNowSeconds + 61, "(iat)"},
      {"iat", nullptr, "(exp, iat)"},
      {"nbf", kNowSeconds + 61, "(nbf)"},
      {"nbf", kNowSeconds + 60, "good"},
      {"nonce", "another", "(nonce)"},
      {"nonce", nullptr, "(nonce)"},
      {"sub", "", "(sub)"},
      {"sub", 17, "(sub)"},
      {"sub", json::string(std::string(256, 'x')), "(sub)"},
      {"sub", nullptr, "(sub)"},
  };
  for (const auto& one : cases) {
    auto claims = good_claims();
    if (one.value.is_null())
      claims.erase(one.claim);
    else
      claims[one.claim] = one.value;
    EXPECT_THAT(verdict(rsa().sign(claims)), HasSubstr(one.verdict))
        << one.claim << " = " << json::serialize(one.value);
  }
  auto claims = good_claims();
  claims["aud"] = array_with_us;
  claims["azp"] = "fleet";
  EXPECT_EQ(verdict(rsa().sign(claims)), "good");
}

TEST_F(IdTokenTest, EachWrongHeaderIsRefused) {
  const auto with = [](json::object header) { return verdict(rsa().sign(header, good_claims())); };
  EXPECT_THAT(with({{"alg", "none"}, {"kid", "rsa-1"}}), HasSubstr("(alg)"));
  EXPECT_THAT(with({{"alg", "HS256"}, {"kid", "rsa-1"}}), HasSubstr("(alg)"));
  EXPECT_THAT(with({{"alg", "rs256"}, {"kid", "rsa-1"}}), HasSubstr("(alg)"));
  EXPECT_THAT(with({{"kid", "rsa-1"}}), HasSubstr("(alg)"));
  EXPECT_THAT(with({{"alg", "RS256"}, {"kid", "rsa-1"}, {"crit", {"b64"}}, {"b64", false}}),
              HasSubstr("(crit)"));
  EXPECT_THAT(with({{"alg", "RS256"}, {"kid", "rsa-2"}}), HasSubstr("(kid)"));
  EXPECT_THAT(with({{"alg", "ES256"}, {"kid", "rsa-1"}}), HasSubstr("(kid)")) << "another kind of key";
  EXPECT_EQ(with({{"alg", "RS256"}}), "good") << "the only RSA key needs no name";
}

TEST_F(IdTokenTest, WithoutANameTwoKeysAreNone) {
  const TestSigner second(SignatureAlgorithm::kRs256, "rsa-2");
  const auto token = rsa().sign({{"alg", "RS256"}}, good_claims());
  const auto verified = verify_id_token(token, key_set({rsa().public_key(), second.public_key()}), kExpected);
  EXPECT_THAT(verified.error().message, HasSubstr("(kid)"));
}

TEST_F(IdTokenTest, WhatWasNotSignedSoIsRefused) {
  for (const auto* signer : {&rsa(), &ec()}) {
    const auto token = signer->sign(good_claims());
    const auto head = token.substr(0, token.find('.'));
    const auto signature = token.substr(token.rfind('.') + 1);
    auto claims = good_claims();
    claims["sub"] = "somebody-else";
    EXPECT_THAT(verdict(head + "." + encode_base64url(json::serialize(claims)) + "." + signature),
                HasSubstr("signature"));
    EXPECT_THAT(verdict(token.substr(0, token.rfind('.') + 1)), HasSubstr("signature"));
    EXPECT_THAT(verdict(token + "AA"), HasSubstr("signature"));
    EXPECT_THAT(verdict(token + "*"), HasSubstr("signature"));
  }
  const TestSigner stranger(SignatureAlgorithm::kRs256, "rsa-1");
  EXPECT_THAT(verdict(stranger.sign(good_claims())), HasSubstr("signature"));
  const TestSigner other(SignatureAlgorithm::kEs256, "ec-1");
  EXPECT_THAT(verdict(other.sign(good_claims())), HasSubstr("signature"));
}

TEST_F(IdTokenTest, WhatIsNoTokenIsRefused) {
  const auto object = encode_base64url("{}");
  for (const std::string& text : {std::string(), std::string("a"), std::string("a.b"), std::string("..."),
                                  std::string("a.b.c.d.e"), "." + object + ".", object + "." + object + ".",
                                  encode_base64url("[]") + "." + object + ".x", std::string(70'000, 'a')})
    EXPECT_FALSE(verify_id_token(text, key_set({rsa().public_key()}), kExpected)) << text.substr(0, 40);
}

TEST(KeySetTest, ReadsTheExampleOfTheStandard) {
  // RFC 7515, A.3.
  const auto keys = key_set({{{"kty", "EC"},
                              {"crv", "P-256"},
                              {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                              {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}});
  ASSERT_EQ(keys.size(), 1U);
  const std::string text =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y"
      "b290Ijp0cnVlfQ";
  const auto signature = decode_base64url(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  EXPECT_TRUE(keys.verifies(SignatureAlgorithm::kEs256, std::nullopt, text, *signature));
  EXPECT_FALSE(keys.verifies(SignatureAlgorithm::kEs256, std::nullopt, text + "x", *signature));
}

TEST(KeySetTest, LeavesOutWhatIsNoKeyForSignatures) {
  const auto good = TestSigner(SignatureAlgorithm::kEs256, "ec").public_key();
  const auto with = [&](std::string_view name, const json::value& value) {
    auto key = good;
    key[name] = value;
    return key_set({key}).size();
  };
  EXPECT_EQ(with("use", "sig"), 1U);
  EXPECT_EQ(with("use", "enc"), 0U);
  EXPECT_EQ(with("alg", "ES256"), 1U);
  EXPECT_EQ(with("alg", "ES384"), 0U);
  EXPECT_EQ(with("crv", "P-384"), 0U);
  EXPECT_EQ(with("kty", "oct"), 0U);
  EXPECT_EQ(with("y", good.at("x")), 0U) << "that point is not on the curve";
  EXPECT_EQ(with("x", "short"), 0U);
  EXPECT_EQ(
      key_set({{{"kty", "RSA"}, {"n", encode_base64url(std::string(128, '\xff'))}, {"e", "AQAB"}}}).size(),
      0U)
      << "1024 bits";
  EXPECT_FALSE(KeySet::parse(json::object{}));
  EXPECT_FALSE(KeySet::parse(json::object{{"keys", "none"}}));
  EXPECT_EQ(KeySet::parse(json::object{{"keys", {1, "two", nullptr}}})->size(), 0U);
}

TEST(LoginFlowTest, TheChallengeIsTheStandards) {
  // RFC 7636, appendix B.
  EXPECT_EQ(code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(LoginFlowTest, EachHasSecretsOfItsOwn) {
  const auto one = new_login_flow("/", kNow);
  const auto two = new_login_flow("/", kNow);
  EXPECT_EQ(one.verifier.size(), 43U);
  EXPECT_NE(one.state, two.state);
  EXPECT_NE(one.nonce, two.nonce);
  EXPECT_NE(one.verifier, two.verifier);
  EXPECT_NE(one.state, one.nonce);
}

TEST(LoginFlowTest, OnlyWhoeverHasTheSecretSealsAndOpens) {
  const FlowSeal seal("the admin's token");
  const auto flow = new_login_flow("/stores/demo?tab=logs", kNow);
  const auto sealed = seal.seal(flow);
  const auto opened = FlowSeal("the admin's token").open(sealed, kNow + 599s);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->state, flow.state);
  EXPECT_EQ(opened->nonce, flow.nonce);
  EXPECT_EQ(opened->verifier, flow.verifier);
  EXPECT_EQ(opened->return_to, "/stores/demo?tab=logs");
  EXPECT_FALSE(seal.open(sealed, kNow + 600s)) << "expired";
  EXPECT_FALSE(FlowSeal("another token").open(sealed, kNow));
  for (const std::string& text : {std::string(), std::string("x"), sealed.substr(1), sealed + "AAAA"})
    EXPECT_FALSE(seal.open(text, kNow));
  for (const std::size_t place : {std::size_t{0}, std::size_t{40}, sealed.size() - 2}) {
    auto changed = sealed;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal.open(changed, kNow)) << place;
  }
  EXPECT_THAT(sealed, testing::Not(HasSubstr(flow.verifier.substr(0, 8))));
}

TEST(LoginFlowTest, OnlyPathsOfThisHostAreLocal) {
  for (const auto* path : {"/", "/stores/demo", "/stores?phase=Ready&q=a%20b", "/#/x", "/a//b", "/a:b"})
    EXPECT_TRUE(is_local_path(path)) << path;
  for (const auto* path : {"", "stores", "//evil.example.com", "/\\evil.example.com", "\\\\evil.example.com",
                           "https://evil.example.com", "javascript:alert(1)", "/\t/evil.example.com", "/a b",
                           "/a\r\nSet-Cookie: x=y", " /", "/\xc3\xa4", "/a\\b"})
    EXPECT_FALSE(is_local_path(path)) << path;
  EXPECT_FALSE(is_local_path("/" + std::string(1024, 'a')));
}

TEST(OidcAccountTest, NamesBecomeOurs) {
  const std::pair<std::string, std::string> cases[] = {
      {"ann", "ann"},
      {"Ann.Lee", "ann.lee"},
      {"ann@example.com", "ann"},
      {"ann_lee+test", "ann-lee-test"},
      {"..ann--", "ann"},
      {"a//b", "a-b"},
      {"Änn", "nn"},
      {"", "user"},
      {"@example.com", "user"},
      {"李", "user"},
      {"admin", "admin-1"},
      {"Anonymous", "anonymous-1"},
      {std::string(80, 'x'), std::string(32, 'x')},
  };
  for (const auto& [claimed, name] : cases) EXPECT_EQ(user_name_of(claimed), name) << claimed;
}

TEST(OidcAccountTest, ComesFromTheClaims) {
  OidcConfig config{.default_team = "blue"};
  const auto account = account_of(
      config, {{"preferred_username", "ann"}, {"email", "ann@example.com"}, {"email_verified", true}});
  EXPECT_EQ(account.name, "ann");
  EXPECT_EQ(account.email, "ann@example.com");
  EXPECT_EQ(account.team, "blue");
  EXPECT_EQ(account.role, PlatformRole::kUser);
  EXPECT_EQ(account_of(config, {{"email", "bob@example.com"}}).name, "bob");
  EXPECT_EQ(account_of(config, {{"email", "bob@example.com"}}).email, "") << "not verified";
  EXPECT_EQ(account_of(config, {{"email", "bob@example.com"}, {"email_verified", "true"}}).email, "");
  EXPECT_EQ(account_of(config, {{"preferred_username", 7}}).name, "user");
  config.username_claim = "upn";
  EXPECT_EQ(account_of(config, {{"upn", "carl@corp"}, {"preferred_username", "x"}}).name, "carl");
}

TEST(OidcAccountTest, TheGroupMakesAnAdmin) {
  const OidcConfig config{.groups_claim = "roles", .admin_group = "fleet-admins"};
  const auto role = [&](const json::value& groups) { return account_of(config, {{"roles", groups}}).role; };
  EXPECT_EQ(role({"staff", "fleet-admins"}), PlatformRole::kAdmin);
  EXPECT_EQ(role("fleet-admins"), PlatformRole::kAdmin);
  EXPECT_EQ(role({"staff", "fleet-admins-not"}), PlatformRole::kUser);
  EXPECT_EQ(role("fleet-admins staff"), PlatformRole::kUser);
  EXPECT_EQ(role(nullptr), PlatformRole::kUser);
  EXPECT_EQ(account_of({}, {{"groups", {""}}}).role, PlatformRole::kUser) << "no group is set";
}

TEST(OidcConfigTest, WhatIsWrongIsNamed) {
  const OidcConfig good{.issuer = "https://login.example.com/realms/a",
                        .public_url = "https://fleet.example.com",
                        .client_id = "fleet"};
  EXPECT_TRUE(check_oidc_config(good));
  const auto trouble = [&](auto change) {
    auto config = good;
    change(config);
    const auto checked = check_oidc_config(config);
    return checked ? std::string("good") : checked.error().message;
  };
  for (const auto* issuer : {"http://127.0.0.1:4000", "http://[::1]:4000", "http://localhost:4000"})
    EXPECT_EQ(trouble([&](OidcConfig& config) { config.issuer = issuer; }), "good") << issuer;
  for (const auto* issuer : {"http://login.example.com", "http://localhost.example.com", "http://10.0.0.1",
                             "http://127.0.0.1.example.com", "login.example.com", "https://a.example.com?x",
                             "https://a.example.com#x", "https://me@a.example.com", ""})
    EXPECT_THAT(trouble([&](OidcConfig& config) { config.issuer = issuer; }), HasSubstr("issuer")) << issuer;
  EXPECT_THAT(trouble([](OidcConfig& config) { config.client_id = ""; }), HasSubstr("clientId"));
  EXPECT_THAT(trouble([](OidcConfig& config) { config.scopes = {"email"}; }), HasSubstr("scopes"));
  EXPECT_THAT(trouble([](OidcConfig& config) { config.public_url = ""; }), HasSubstr("publicUrl"));
  EXPECT_THAT(trouble([](OidcConfig& config) { config.public_url += "/x"; }), HasSubstr("publicUrl"));
}

}  // namespace
}  // namespace storefleet::oidc
