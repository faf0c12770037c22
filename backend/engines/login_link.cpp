#include "engines/login_link.hpp"

#include <array>
#include <chrono>
#include <span>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.hpp"
#include "base/random.hpp"

namespace storefleet::engines {

std::string login_token(std::string_view key, TimePoint expires, std::string_view nonce) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count();
  const auto token = fmt::format("{}.{}", seconds, nonce);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data(), &length);
  return fmt::format("{}.{}", token, to_hex(std::span(digest).first(length)));
}

std::string login_target(const Engine& engine, std::string_view key, TimePoint expires) {
  return fmt::format("{}?token={}", engine.login_path, login_token(key, expires, random_hex(32)));
}

}  // namespace storefleet::engines
