#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace storefleet {

/// Text as base64url without padding and back (RFC 4648, 5): page tokens and operation ids, which callers
/// should not read or build.
std::string to_opaque(std::string_view text);
/// Nothing where it is none.
std::optional<std::string> from_opaque(std::string_view opaque);

/// BLAKE2b of a text in hexadecimal; tells whether two request bodies are the same.
std::string fingerprint(std::string_view text);

/// The same, which only who has the key can make. The key: 16 to 64 bytes.
std::string fingerprint_with(std::string_view key, std::string_view text);

}  // namespace storefleet
