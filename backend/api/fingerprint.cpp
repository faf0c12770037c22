#include "api/fingerprint.hpp"

#include <array>

#include <sodium.h>

#include "base/digest.hpp"

namespace storefleet::api {

std::string fingerprint(std::string_view text) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  return to_hex(hash);
}

std::string fingerprint_with(std::string_view key, std::string_view text) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return to_hex(hash);
}

}  // namespace storefleet::api
