#pragma once
#include <string>
#include <string_view>

namespace storefleet::api {

/// BLAKE2b of a text in hexadecimal; tells whether two request bodies are the same.
std::string fingerprint(std::string_view text);

/// The same, which only who has the key can make. The key: 16 to 64 bytes.
std::string fingerprint_with(std::string_view key, std::string_view text);

}  // namespace storefleet::api
