#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace storefleet::inline base {

/// Wall-clock time in UTC. Pure code receives `now` as a parameter.
using TimePoint = std::chrono::system_clock::time_point;

/// RFC 3339 in UTC with milliseconds: "2026-11-24T11:15:00.123Z".
std::string format_time(TimePoint time);

/// Reads RFC 3339 with "Z" or a numeric offset, with or without fraction; nothing if it is not one, or of a
/// year before 1700 or after 2200.
std::optional<TimePoint> parse_time(std::string_view text);

}  // namespace storefleet::inline base
