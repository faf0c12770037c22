#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace storefleet::inline base {

/// Bytes of the character that `text` begins with (RFC 3629); 0 where it begins with none.
std::size_t character_length(std::string_view text);

/// Characters of a UTF-8 text (RFC 3629); nothing where it is none, or has control characters.
std::optional<std::size_t> count_characters(std::string_view text);

}  // namespace storefleet::inline base
