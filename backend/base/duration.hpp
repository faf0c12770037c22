#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace storefleet::inline base {

/// Reads "500ms", "30s", "5m", "1h", "2d" or plain seconds; nothing where it is none or longer than `most`.
std::optional<std::chrono::milliseconds> parse_duration(
    std::string_view text, std::chrono::milliseconds most = std::chrono::days(7));

}  // namespace storefleet::inline base
