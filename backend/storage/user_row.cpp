#include "storage/user_row.hpp"

#include <fmt/format.h>

#include "storage/columns.hpp"

namespace storefleet::storage {

std::string user_columns() {
  return fmt::format("u.id, u.name, u.email, u.role, u.disabled, {}", as_time("u.created_at"));
}

User user_of(const pqxx::row& row) {
  return {.id = row[0].as<std::string>(),
          .name = row[1].as<std::string>(),
          .email = row[2].as<std::string>(),
          .role = parse_platform_role(row[3].as<std::string>()).value_or(PlatformRole::kUser),
          .disabled = row[4].as<bool>(),
          .created_at = read_time(row[5])};
}

}  // namespace storefleet::storage
