#pragma once
#include <string>

#include <pqxx/pqxx>

#include "domain/accounts.hpp"

namespace storefleet::storage {

/// The columns of table users (alias u) that user_of reads, as the first six of a row.
std::string user_columns();
User user_of(const pqxx::row& row);

}  // namespace storefleet::storage
