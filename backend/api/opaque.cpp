#include "api/opaque.hpp"

#include <array>

#include <sodium.h>

#include "base/digest.hpp"

namespace storefleet {

std::string to_opaque(std::string_view text) {
  std::string encoded(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(text.data()),
                    text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  encoded.pop_back();  // libsodium's terminating zero
  return encoded;
}

std::optional<std::string> from_opaque(std::string_view opaque) {
  std::string text(opaque.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), opaque.data(),
                        opaque.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return std::nullopt;
  text.resize(size);
  return text;
}

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

}  // namespace storefleet
