#include "storage/columns.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace storefleet::storage {
namespace {

json::value cleaned(const json::value& value) {
  if (const auto* text = value.if_string()) return json::string(as_sql_text(to_std(*text)));
  if (const auto* list = value.if_array()) {
    json::array result;
    for (const auto& each : *list) result.push_back(cleaned(each));
    return result;
  }
  if (const auto* object = value.if_object()) {
    json::object result;
    for (const auto& [key, each] : *object) result[as_sql_text(key)] = cleaned(each);
    return result;
  }
  return value;
}

}  // namespace

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

std::string as_sql_text(std::string_view text) {
  constexpr std::size_t kMost = 1024;
  return clean_text(text, kMost);
}

std::string as_sql_json(const json::object& object) {
  return json::serialize(cleaned(object));
}

std::string without_nul(std::string text) {
  std::erase(text, '\0');
  return text;
}

std::string of_teams(std::string_view parameter) {
  return fmt::format(
      "({0}::jsonb IS NULL OR team_id IN (SELECT id FROM teams WHERE name IN "
      "(SELECT jsonb_array_elements_text({0}::jsonb))))",
      parameter);
}

}  // namespace storefleet::storage
