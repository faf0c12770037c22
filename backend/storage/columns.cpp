#include "storage/columns.hpp"

#include <fmt/format.h>

#include "base/json.hpp"

namespace storefleet {

std::string as_time(std::string_view column) {
  return fmt::format(R"(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))", column);
}

TimePoint read_time(const pqxx::field& field) {
  return parse_time(field.as<std::string>()).value_or(TimePoint{});
}

std::optional<TimePoint> read_optional_time(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return read_time(field);
}

std::optional<std::string> time_parameter(const std::optional<TimePoint>& time) {
  if (!time) return std::nullopt;
  return format_time(*time);
}

std::optional<std::string> teams_parameter(const TeamFilter& teams) {
  if (!teams) return std::nullopt;
  json::array names;
  for (const auto& team : *teams) names.push_back(json::string(team));
  return json::serialize(names);
}

std::string without_nul(std::string text) {
  std::erase(text, '\0');
  return text;
}

}  // namespace storefleet
