#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace storefleet::inline base {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) of a text.
Sha256 sha256(std::string_view text);

/// Two lower-case hexadecimal digits a byte.
std::string to_hex(std::span<const unsigned char> bytes);

}  // namespace storefleet::inline base
