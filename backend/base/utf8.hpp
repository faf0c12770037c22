#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace storefleet {

/// Characters of a UTF-8 text (RFC 3629); nothing where it is none, or has control characters.
std::optional<std::size_t> count_characters(std::string_view text);

}  // namespace storefleet
