#pragma once
#include <string>

#include <pqxx/pqxx>

#include "domain/accounts.hpp"

namespace storefleet::storage {

/// The columns of table teams that team_of reads, as the first eight of a row.
std::string team_columns();
Team team_of(const pqxx::row& row);

}  // namespace storefleet::storage
