#include "base/digest.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

namespace storefleet::inline base {

Sha256 sha256(std::string_view text) {
  Sha256 digest{};
  static_assert(sizeof(digest) == SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

std::string to_hex(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace storefleet::inline base
