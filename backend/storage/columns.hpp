#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <pqxx/pqxx>

#include "base/time.hpp"
#include "domain/store.hpp"

/// How this schema's values become the domain's.
namespace storefleet::storage {

/// An SQL expression for a timestamptz column as the text that parse_time reads.
std::string as_time(std::string_view column);

TimePoint read_time(const pqxx::field& field);
std::optional<TimePoint> read_optional_time(const pqxx::field& field);

/// For a parameter: RFC 3339, or NULL.
std::optional<std::string> time_parameter(const std::optional<TimePoint>& time);

/// For a parameter: the names as JSON, or NULL for all. `of_teams` compares with it.
std::optional<std::string> teams_parameter(const TeamFilter& teams);

/// Text of a caller (a path, a name that was typed) as PostgreSQL takes it: valid UTF-8 without control
/// characters, of at most so many characters as no honest one has.
std::string as_sql_text(std::string_view text);

/// The same of every text in `object`, as JSON: jsonb refuses "\u0000" too.
std::string as_sql_json(const json::object& object);

/// A condition on the column team_id: of the teams that have these names now, whatever other team had one of
/// them before. `parameter` is like "$3".
std::string of_teams(std::string_view parameter);

/// PostgreSQL's text holds every character but U+0000.
std::string without_nul(std::string text);

}  // namespace storefleet::storage
