#include "oidc/keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include "base/base64.hpp"
#include "base/enum_names.hpp"

namespace storefleet::oidc {
namespace {

constexpr auto kAlgorithms = enum_names<SignatureAlgorithm>(
    {{SignatureAlgorithm::kRs256, "RS256"}, {SignatureAlgorithm::kEs256, "ES256"}});
constexpr std::size_t kCoordinateBytes = 32;  // of P-256
constexpr int kLeastRsaBits = 2048;           // RFC 7518, 3.3
constexpr int kMostRsaBits = 8192;            // more only costs time

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BigNumber big_number(std::string_view text) {
  return BigNumber(BN_bin2bn(octets(text), static_cast<int>(text.size()), nullptr));
}

std::optional<std::string> number_at(const json::value& document, std::string_view name) {
  const auto text = string_at(document, {name});
  return text ? decode_base64url(*text) : std::nullopt;
}

/// A public key of that kind; nullptr where the parameters do not make one.
std::shared_ptr<EVP_PKEY> make_key(const char* kind, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  std::shared_ptr<EVP_PKEY> owned(key, EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
  return owned;
}

std::shared_ptr<EVP_PKEY> rsa_key(const json::value& document) {
  const auto modulus = number_at(document, "n");
  const auto exponent = number_at(document, "e");
  if (!modulus || !exponent || exponent->size() > 8) return nullptr;
  const auto n = big_number(*modulus);
  const auto e = big_number(*exponent);
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || BN_num_bits(n.get()) < kLeastRsaBits || BN_num_bits(n.get()) > kMostRsaBits ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return make_key("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> p256_key(const json::value& document) {
  const auto x = number_at(document, "x");
  const auto y = number_at(document, "y");
  if (string_or(document, {"crv"}) != "P-256" || !x || !y || x->size() != kCoordinateBytes ||
      y->size() != kCoordinateBytes)
    return nullptr;
  const auto point = "\x04" + *x + *y;  // uncompressed (SEC 1, 2.3.3)
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return nullptr;
  return make_key("EC", builder.get());
}

/// JWS has both numbers side by side (RFC 7518, 3.4), OpenSSL wants them as DER. Empty where that fails.
std::string der_signature(std::string_view raw) {
  if (raw.size() != 2 * kCoordinateBytes) return {};
  const EcdsaSignature signature(ECDSA_SIG_new());
  auto r = big_number(raw.substr(0, kCoordinateBytes));
  auto s = big_number(raw.substr(kCoordinateBytes));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  std::ignore = r.release();  // the signature owns them now
  std::ignore = s.release();
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &encoded);
  if (length <= 0) return {};
  std::string der(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length));
  OPENSSL_free(encoded);
  return der;
}

}  // namespace

std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name) {
  return kAlgorithms.value_of(name);
}

std::optional<KeySet::Key> KeySet::read_key(const json::value& document) {
  const auto type = string_or(document, {"kty"});
  Key read{.id = string_at(document, {"kid"})};
  if (type == "RSA") {
    read.algorithm = SignatureAlgorithm::kRs256;
    read.key = rsa_key(document);
  } else if (type == "EC") {
    read.algorithm = SignatureAlgorithm::kEs256;
    read.key = p256_key(document);
  }
  if (!read.key || string_or(document, {"use"}, "sig") != "sig" ||
      parse_signature_algorithm(string_or(document, {"alg"}, kAlgorithms.name_of(read.algorithm))) !=
          read.algorithm)
    return std::nullopt;
  return read;
}

Result<KeySet> KeySet::parse(const json::value& document) {
  if (find_at(document, {"keys"}) == nullptr || !find_at(document, {"keys"})->is_array())
    return fail(ErrorCode::kInvalidArgument, "the document is no JSON Web Key Set");
  KeySet set;
  for (const auto& each : array_at(document, {"keys"}))
    if (auto key = read_key(each)) set.keys_.push_back(*std::move(key));
  return set;
}

const KeySet::Key* KeySet::find(SignatureAlgorithm algorithm,
                                const std::optional<std::string>& key_id) const {
  const Key* found = nullptr;
  for (const auto& key : keys_) {
    if (key.algorithm != algorithm || (key_id && key.id != key_id)) continue;
    if (key_id) return &key;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

bool KeySet::has(SignatureAlgorithm algorithm, const std::optional<std::string>& key_id) const {
  return find(algorithm, key_id) != nullptr;
}

bool KeySet::verifies(SignatureAlgorithm algorithm, const std::optional<std::string>& key_id,
                      std::string_view text, std::string_view signature) const {
  const auto* key = find(algorithm, key_id);
  if (key == nullptr) return false;
  const auto encoded =
      algorithm == SignatureAlgorithm::kEs256 ? der_signature(signature) : std::string(signature);
  const DigestContext context(EVP_MD_CTX_new());
  return context && !encoded.empty() &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key->key.get(),
                                 nullptr) == 1 &&
         EVP_DigestVerify(context.get(), octets(encoded), encoded.size(), octets(text), text.size()) == 1;
}

}  // namespace storefleet::oidc
