#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace storefleet {

/// RFC 4648 base64 with padding; line breaks are skipped. Nothing where the text is not base64.
std::optional<std::string> decode_base64(std::string_view text);

/// The other way round, in one line.
std::string encode_base64(std::string_view bytes);

}  // namespace storefleet
