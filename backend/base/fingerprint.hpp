#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace storefleet::inline base {

/// A number that two values share only where they are the same JSON: objects in any order of their members.
/// Half of a SHA-256 in small: 64 bits. releases/helm-helper/ computes the same (its fingerprints.json).
std::uint64_t fingerprint(const json::value& value);

/// 16 hexadecimal digits as a number; 0 where the text is something else.
std::uint64_t parse_fingerprint(std::string_view text);
/// The other way round.
std::string fingerprint_text(std::uint64_t number);

}  // namespace storefleet::inline base
