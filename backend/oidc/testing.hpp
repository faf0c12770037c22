#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/base64.hpp"
#include "domain/identities.hpp"
#include "domain/ports/identities.hpp"
#include "domain/testing/accounts.hpp"
#include "oidc/keys.hpp"
#include "oidc/transport.hpp"

namespace storefleet::oidc {

/// A provider's key for signatures, with its private part.
class TestSigner {
 public:
  TestSigner(SignatureAlgorithm algorithm, std::string key_id)
      : algorithm_(algorithm),
        key_id_(std::move(key_id)),
        key_(algorithm == SignatureAlgorithm::kRs256 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"),
             EVP_PKEY_free) {}

  [[nodiscard]] json::object public_key() const {
    if (algorithm_ == SignatureAlgorithm::kRs256)
      return {{"kty", "RSA"},
              {"kid", key_id_},
              {"n", number(OSSL_PKEY_PARAM_RSA_N)},
              {"e", number(OSSL_PKEY_PARAM_RSA_E)}};
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"use", "sig"},
            {"kid", key_id_},
            {"x", number(OSSL_PKEY_PARAM_EC_PUB_X, 32)},
            {"y", number(OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
  }

  [[nodiscard]] json::object header() const {
    return {{"alg", algorithm_ == SignatureAlgorithm::kRs256 ? "RS256" : "ES256"}, {"kid", key_id_}};
  }

  [[nodiscard]] std::string sign(const json::object& claims) const { return sign(header(), claims); }
  [[nodiscard]] std::string sign(const json::object& header, const json::object& claims) const {
    const auto text =
        encode_base64url(json::serialize(header)) + "." + encode_base64url(json::serialize(claims));
    return text + "." + encode_base64url(signature_of(text));
  }

 private:
  [[nodiscard]] std::string number(const char* name, int least_bytes = 0) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string bytes(static_cast<std::size_t>(std::max(BN_num_bytes(value), least_bytes)), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(value);
    return encode_base64url(bytes);
  }

  [[nodiscard]] std::string signature_of(const std::string& text) const {
    auto* context = EVP_MD_CTX_new();
    std::string made(1024, '\0');
    std::size_t size = made.size();
    EVP_DigestSignInit_ex(context, nullptr, "SHA256", nullptr, nullptr, key_.get(), nullptr);
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(made.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    made.resize(size);
    if (algorithm_ == SignatureAlgorithm::kRs256) return made;
    const auto* at = reinterpret_cast<const unsigned char*>(made.data());
    auto* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(made.size()));
    std::string raw(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), reinterpret_cast<unsigned char*>(raw.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), reinterpret_cast<unsigned char*>(raw.data()) + 32, 32);
    ECDSA_SIG_free(pair);
    return raw;
  }

  SignatureAlgorithm algorithm_;
  std::string key_id_;
  std::shared_ptr<EVP_PKEY> key_;
};

inline KeySet key_set(const std::vector<json::object>& keys) {
  json::array all;
  for (const auto& key : keys) all.push_back(key);
  return KeySet::parse(json::object{{"keys", std::move(all)}}).value();
}

/// Answers as a test has written down, by URL; what it has not is Unavailable.
class ScriptedTransport : public ProviderTransport {
 public:
  Task<Result<http::Response>> send(std::string url, http::Request request) override {
    asked.push_back({url, std::move(request)});
    const auto found = answers.find(url);
    if (found == answers.end()) co_return fail(ErrorCode::kUnavailable, "connection refused");
    co_return found->second;
  }
  void answer(const std::string& url, const json::object& body, unsigned status = 200) {
    answers[url] = {.status = status, .body = json::serialize(body)};
  }
  [[nodiscard]] std::size_t times(const std::string& url) const {
    return static_cast<std::size_t>(
        std::ranges::count(asked, url, &std::pair<std::string, http::Request>::first));
  }

  std::map<std::string, http::Response> answers;
  std::vector<std::pair<std::string, http::Request>> asked;
};

/// Who is who, in memory; its users may open sessions in `logins`.
class MemoryIdentities : public Identities {
 public:
  explicit MemoryIdentities(MemoryLogins& logins) : logins_(logins) {}

  Task<Result<User>> user_of(ExternalIdentity identity) override {
    const auto found = users.find(identity.issuer + " " + identity.subject);
    if (found == users.end()) co_return fail(ErrorCode::kNotFound, "nobody");
    co_return found->second;
  }
  Task<Result<User>> create_user(ExternalIdentity identity, NewcomerAccount account) override {
    co_return add(
        identity,
        {.id = account.name + "-id", .name = account.name, .email = account.email, .role = account.role});
  }
  Task<Result<void>> link(ExternalIdentity identity, std::string user_name) override {
    if (user_name == "nobody") co_return fail(ErrorCode::kNotFound, "There is no such user.");
    const auto found = users.find(identity.issuer + " " + identity.subject);
    if (found != users.end() && found->second.name != user_name)
      co_return fail(ErrorCode::kAlreadyExists, "This identity is another's.");
    add(identity, {.id = user_name + "-id", .name = user_name});
    co_return Result<void>{};
  }
  Task<Result<void>> unlink(std::string, std::string user_name) override {
    const auto gone = std::erase_if(users, [&](const auto& each) { return each.second.name == user_name; });
    if (gone == 0) co_return fail(ErrorCode::kNotFound, "There is nothing to unlink.");
    co_return Result<void>{};
  }
  Task<Result<User>> set_role(std::string user_id, PlatformRole role) override {
    for (auto& [identity, user] : users) {
      if (user.id != user_id) continue;
      user.role = role;
      logins_.people[user_id].user.role = role;
      co_return user;
    }
    co_return fail(ErrorCode::kNotFound, "nobody");
  }
  Task<Result<bool>> use_once(std::string digest, TimePoint) override {
    const bool first = used.insert(digest).second;
    co_return first;
  }

  User add(const ExternalIdentity& identity, User user) {
    user.created_at = parse_time("2026-11-24T11:15:00Z").value();
    logins_.people[user.id] = {.user = user};
    return users[identity.issuer + " " + identity.subject] = user;
  }

  std::map<std::string, User> users;  // by issuer and subject
  std::set<std::string> used;

 private:
  MemoryLogins& logins_;
};

}  // namespace storefleet::oidc
