#include "storage/audit_log.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "storage/columns.hpp"

namespace storefleet::storage {
namespace {

constexpr std::size_t kMostEntries = 1000;

AuditEntry entry_of(const pqxx::row& row) {
  AuditEntry entry{.id = row[0].as<std::int64_t>(),
                   .at = read_time(row[1]),
                   .actor = row[2].as<std::string>(),
                   .via = row[3].as<std::string>(),
                   .action = row[4].as<std::string>(),
                   .subject = row[5].as<std::string>(),
                   .team = row[6].as<std::string>(),
                   .succeeded = row[7].as<bool>(),
                   .request_id = row[8].as<std::string>(),
                   .address = row[9].as<std::string>(),
                   .details = {}};
  const auto details = parse_json(row[10].as<std::string>());
  if (details && details->is_object()) entry.details = details->get_object();
  return entry;
}

std::int64_t insert(pqxx::transaction_base& transaction, const AuditEntry& entry) {
  return transaction
      .exec_params1(
          "INSERT INTO audit (actor, via, action, subject, team, succeeded, request_id, address, details) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
          as_sql_text(entry.actor), entry.via, entry.action, as_sql_text(entry.subject),
          as_sql_text(entry.team), entry.succeeded, as_sql_text(entry.request_id), as_sql_text(entry.address),
          as_sql_json(entry.details))[0]
      .as<std::int64_t>();
}

Result<std::vector<AuditEntry>> read_entries(pqxx::transaction_base& transaction, const AuditQuery& query) {
  const auto rows = transaction.exec_params(
      fmt::format("SELECT id, {}, actor, via, action, subject, team, succeeded, request_id, address, details "
                  "FROM audit WHERE {} AND ($2 = '' OR actor = $2) AND ($3 = '' OR action = $3) AND "
                  "($4::bigint = 0 OR id < $4::bigint) "
                  "ORDER BY id DESC LIMIT $5",
                  as_time("at"), of_teams("$1")),
      teams_parameter(query.teams), as_sql_text(query.actor), as_sql_text(query.action), query.before,
      std::min(query.limit, kMostEntries));
  std::vector<AuditEntry> entries;
  for (const auto& row : rows) entries.push_back(entry_of(row));
  return entries;
}

}  // namespace

Task<Result<void>> PostgresAuditLog::record(AuditEntry entry) {
  return pool_.run_in_transaction(
      [entry = std::move(entry)](pqxx::transaction_base& transaction) -> Result<void> {
        insert(transaction, entry);
        return {};
      });
}

Task<Result<std::int64_t>> PostgresAuditLog::begin(AuditEntry entry) {
  entry.succeeded = false;
  entry.details["outcome"] = "unknown";
  return pool_.run_in_transaction(
      [entry = std::move(entry)](pqxx::transaction_base& transaction) -> Result<std::int64_t> {
        return insert(transaction, entry);
      });
}

Task<Result<void>> PostgresAuditLog::withdraw(std::int64_t id) {
  return pool_.run_in_transaction([id](pqxx::transaction_base& transaction) -> Result<void> {
    transaction.exec_params("DELETE FROM audit WHERE id = $1 AND details->>'outcome' = 'unknown'", id);
    return {};
  });
}

Task<Result<void>> PostgresAuditLog::complete(std::int64_t id, AuditEntry entry) {
  return pool_.run_in_transaction([id, entry = std::move(entry)](
                                      pqxx::transaction_base& transaction) -> Result<void> {
    const auto completed = transaction.exec_params(
        "UPDATE audit SET actor = $2, subject = $3, team = $4, succeeded = $5, details = $6 WHERE id = $1",
        id, as_sql_text(entry.actor), as_sql_text(entry.subject), as_sql_text(entry.team), entry.succeeded,
        as_sql_json(entry.details));
    if (completed.affected_rows() == 1) return {};
    return fail(ErrorCode::kNotFound, "There is no such audit entry.");
  });
}

Task<Result<std::vector<AuditEntry>>> PostgresAuditLog::entries(AuditQuery query) {
  return pool_.run_in_transaction([query = std::move(query)](pqxx::transaction_base& transaction) {
    return read_entries(transaction, query);
  });
}

Task<Result<std::size_t>> PostgresAuditLog::prune(TimePoint older_than, std::size_t batch) {
  return pool_.run_in_transaction(
      [before = format_time(older_than), batch](pqxx::transaction_base& transaction) -> Result<std::size_t> {
        const auto deleted = transaction.exec_params(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1::timestamptz ORDER BY id "
            "LIMIT $2)",
            before, batch);
        return static_cast<std::size_t>(deleted.affected_rows());
      });
}

}  // namespace storefleet::storage
