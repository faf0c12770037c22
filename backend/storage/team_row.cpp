#include "storage/team_row.hpp"

#include <fmt/format.h>

#include "storage/columns.hpp"

namespace storefleet::storage {
namespace {

std::string used(std::string_view sum) {
  return fmt::format(
      "(SELECT {} FROM quota_places p WHERE p.team = teams.name AND (p.expires_at IS NULL OR p.expires_at > "
      "now()))",
      sum);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

std::string team_columns() {
  return fmt::format("name, display_name, max_stores, max_storage, plans, {}, {}, {}", as_time("created_at"),
                     used("count(*)"), used("coalesce(sum(storage_bytes), 0)::bigint"));
}

Team team_of(const pqxx::row& row) {
  const auto number = [](const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional(field.as<std::int64_t>());
  };
  return {.name = row[0].as<std::string>(),
          .display_name = row[1].as<std::string>(),
          .quota = {.stores = number(row[2]),
                    .storage_bytes = number(row[3]),
                    .plans = words_of(row[4].as<std::string>())},
          .created_at = read_time(row[5]),
          .usage = {.stores = row[6].as<std::int64_t>(), .storage_bytes = row[7].as<std::int64_t>()}};
}

}  // namespace storefleet::storage
