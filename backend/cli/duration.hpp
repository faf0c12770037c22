#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace storefleet::cli {

/// Reads "500ms", "30s", "5m", "1h" or plain seconds; nothing if it is none or longer than a week.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace storefleet::cli
