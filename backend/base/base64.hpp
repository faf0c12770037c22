#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace storefleet {

/// RFC 4648 base64 with padding; line breaks are skipped. Nothing where the text is not base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace storefleet
