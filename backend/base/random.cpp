#include "base/random.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <openssl/rand.h>

namespace storefleet::inline base {
namespace {

/// A call of the generator costs as much as some hundred bytes of it: they are drawn in advance, and wiped as
/// they go.
unsigned char random_byte() {
  thread_local std::array<unsigned char, 1024> bytes;
  thread_local std::size_t used = bytes.size();
  if (used == bytes.size()) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
      throw std::runtime_error("the operating system gave no random bytes");
    used = 0;
  }
  return std::exchange(bytes.at(used++), 0);
}

/// Draws characters of `alphabet` (at most 256), rejecting bytes that would make some likelier.
std::string draw(std::string_view alphabet, std::size_t length) {
  const std::size_t limit = 256 - 256 % alphabet.size();
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    const auto byte = random_byte();
    if (byte < limit) text += alphabet[byte % alphabet.size()];
  }
  return text;
}

}  // namespace

std::string random_base32(std::size_t length) {
  return draw("0123456789abcdefghjkmnpqrstvwxyz", length);
}

std::string random_hex(std::size_t length) {
  return draw("0123456789abcdef", length);
}

std::string random_password(std::size_t length) {
  return draw("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);
}

}  // namespace storefleet::inline base
