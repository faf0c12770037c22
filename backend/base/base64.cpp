#include "base/base64.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace storefleet::inline base {

std::optional<std::string> decode_base64(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (const char c : text)
    if (c != '\n' && c != '\r') clean += c;
  if (clean.size() % 4 != 0) return std::nullopt;
  if (clean.empty()) return std::string();
  std::string decoded(clean.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(clean.data()), static_cast<int>(clean.size()));
  if (size < 0) return std::nullopt;
  // EVP_DecodeBlock counts the padding as bytes.
  const std::size_t padding = clean.ends_with("==") ? 2 : (clean.ends_with('=') ? 1 : 0);
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

std::string encode_base64(std::string_view bytes) {
  std::string encoded(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(size));  // without its NUL
  return encoded;
}

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  auto bytes = decode_base64(standard);
  // The same bytes have one text only: no padding, no line breaks, no bits that say nothing.
  if (!bytes || encode_base64url(*bytes) != text) return std::nullopt;
  return bytes;
}

std::string encode_base64url(std::string_view bytes) {
  auto encoded = encode_base64(bytes);
  encoded.resize(encoded.find_last_not_of('=') + 1);
  std::ranges::replace(encoded, '+', '-');
  std::ranges::replace(encoded, '/', '_');
  return encoded;
}

}  // namespace storefleet::inline base
