#include "storage/migrate.hpp"

#include <span>
#include <string_view>

#include <pqxx/pqxx>

#include "base/log.hpp"

namespace storefleet::storage {

/// migrations/*.sql by name; see embed.cmake.
std::span<const std::pair<std::string_view, std::string_view>> migration_files();

namespace {

Result<int> apply_pending(pqxx::transaction_base& transaction) {
  // The first replica's work may take longer than an ordinary statement is allowed to.
  transaction.exec("SET LOCAL statement_timeout = '120s'");
  transaction.exec("SELECT pg_advisory_xact_lock(hashtext('storefleet schema'))");
  transaction.exec(
      "CREATE TABLE IF NOT EXISTS schema_migrations ("
      "name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
  int applied = 0;
  for (const auto& [file, sql] : migration_files()) {
    const std::string name(file);
    if (!transaction.exec_params("SELECT 1 FROM schema_migrations WHERE name = $1", name).empty()) continue;
    transaction.exec(std::string(sql));
    transaction.exec_params("INSERT INTO schema_migrations (name) VALUES ($1)", name);
    log_info("database migration applied", {{"name", name}});
    ++applied;
  }
  return applied;
}

}  // namespace

Task<Result<int>> migrate(Pool& pool) {
  // Longer than the statements in it may take, see apply_pending().
  return pool.run_in_long_transaction(std::chrono::minutes(10), apply_pending);
}

}  // namespace storefleet::storage
