#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace storefleet::inline base {

/// RFC 4648 base64 with padding; line breaks are skipped. Nothing where the text is not base64.
std::optional<std::string> decode_base64(std::string_view text);

/// The other way round, in one line.
std::string encode_base64(std::string_view bytes);

/// base64url without padding (RFC 4648, 5; RFC 7515, 2). Nothing where the text is not the one that
/// encode_base64url gives for some bytes.
std::optional<std::string> decode_base64url(std::string_view text);
std::string encode_base64url(std::string_view bytes);

}  // namespace storefleet::inline base
