#include "oidc/flow.hpp"

#include <algorithm>
#include <chrono>

#include <sodium.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "oidc/keys.hpp"

namespace storefleet::oidc {
namespace {

using namespace std::chrono_literals;

constexpr auto kLifetime = 10min;
constexpr std::size_t kSecretLength = 43;  // 256 bits; RFC 7636 wants 43 to 128 characters of a verifier
constexpr std::size_t kMostPathBytes = 1024;
constexpr std::string_view kPurpose = "storefleet oidc login flow 1";

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

LoginFlow new_login_flow(std::string return_to, TimePoint now) {
  return {.state = random_password(kSecretLength),
          .nonce = random_password(kSecretLength),
          .verifier = random_password(kSecretLength),
          .return_to = std::move(return_to),
          .expires_at = now + kLifetime};
}

std::string code_challenge(std::string_view verifier) {
  const auto digest = sha256(verifier);
  return encode_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

FlowSeal::FlowSeal(std::string_view secret) : key_(crypto_secretbox_KEYBYTES, '\0') {
  static_assert(crypto_secretbox_KEYBYTES == crypto_auth_hmacsha256_BYTES);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(kPurpose), kPurpose.size());
  crypto_auth_hmacsha256_final(&state, bytes(key_));
}

std::string FlowSeal::seal(const LoginFlow& flow) const {
  const auto text = json::serialize(json::object{{"state", flow.state},
                                                 {"nonce", flow.nonce},
                                                 {"verifier", flow.verifier},
                                                 {"returnTo", flow.return_to},
                                                 {"expiresAt", format_time(flow.expires_at)}});
  std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size(), '\0');
  randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes(sealed) + crypto_secretbox_NONCEBYTES, bytes(std::string_view(text)),
                        text.size(), bytes(sealed), bytes(std::string_view(key_)));
  return encode_base64url(sealed);
}

std::optional<LoginFlow> FlowSeal::open(std::string_view text, TimePoint now) const {
  constexpr auto kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  const auto sealed = decode_base64url(text);
  if (!sealed || sealed->size() < kAround) return std::nullopt;
  const std::string_view view(*sealed);
  std::string opened(view.size() - kAround, '\0');
  if (crypto_secretbox_open_easy(bytes(opened), bytes(view) + crypto_secretbox_NONCEBYTES,
                                 view.size() - crypto_secretbox_NONCEBYTES, bytes(view),
                                 bytes(std::string_view(key_))) != 0)
    return std::nullopt;
  const auto document = parse_json(opened);
  if (!document) return std::nullopt;
  const auto expires_at = parse_time(string_or(*document, {"expiresAt"}));
  LoginFlow flow{.state = string_or(*document, {"state"}),
                 .nonce = string_or(*document, {"nonce"}),
                 .verifier = string_or(*document, {"verifier"}),
                 .return_to = string_or(*document, {"returnTo"}),
                 .expires_at = expires_at.value_or(TimePoint{})};
  if (flow.expires_at <= now || flow.state.empty() || flow.nonce.empty()) return std::nullopt;
  return flow;
}

bool is_local_path(std::string_view text) {
  if (!text.starts_with('/') || text.starts_with("//") || text.size() > kMostPathBytes) return false;
  // Browsers take a backslash for a slash, and leave out tabs and line ends (WHATWG URL, 4.4).
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
}

}  // namespace storefleet::oidc
