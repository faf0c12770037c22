#include "storage/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.hpp"
#include "storage/columns.hpp"

namespace storefleet {
namespace {

json::object row_of(StoreEvent event) {
  json::object row{{"store_uid", event.store_uid},
                   {"store_name", event.store_name},
                   {"team", event.team},
                   {"at", format_time(event.at)},
                   {"type", event.type == EventType::kWarning ? "Warning" : "Normal"},
                   {"source", without_nul(std::move(event.source))},
                   {"reason", without_nul(std::move(event.reason))},
                   {"message", without_nul(std::move(event.message))},
                   {"subject", without_nul(std::move(event.subject))}};
  if (event.duration_seconds) row["duration_seconds"] = *event.duration_seconds;
  return row;
}

struct LogPosition {
  std::int64_t sequence = 0;
  std::string batch;
};

/// Locks the log for this transaction, checks that no newer leader wrote, and notes this one's epoch.
Result<LogPosition> lock_log(pqxx::transaction_base& transaction, std::int64_t epoch) {
  const auto row =
      transaction.exec1("SELECT leader_epoch, last_sequence, last_batch FROM event_log FOR UPDATE");
  const auto known = row[0].as<std::int64_t>();
  if (known > epoch)
    return fail(ErrorCode::kConflict,
                fmt::format("Leader epoch {} may not write: epoch {} has taken over.", epoch, known),
                "StaleLeader");
  if (known < epoch) transaction.exec_params("UPDATE event_log SET leader_epoch = $1", epoch);
  return LogPosition{row[1].as<std::int64_t>(), row[2].as<std::string>()};
}

/// `rows` is a JSON array of `count` events; `batch` makes a repeat after a lost COMMIT answer harmless.
Result<void> append_rows(pqxx::transaction_base& transaction, const std::string& rows, std::int64_t count,
                         const std::string& batch, std::int64_t epoch) {
  const auto position = lock_log(transaction, epoch);
  if (!position) return std::unexpected(position.error());
  if (position->batch == batch) return {};
  transaction.exec_params(
      "INSERT INTO events (sequence, store_uid, store_name, team, at, type, source, reason, message, "
      "subject, "
      "duration_seconds) "
      "SELECT $1::bigint + n, e->>'store_uid', e->>'store_name', e->>'team', (e->>'at')::timestamptz, "
      "e->>'type', e->>'source', e->>'reason', e->>'message', e->>'subject', "
      "(e->>'duration_seconds')::double precision "
      "FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS batch (e, n)",
      position->sequence, rows);
  const auto last = position->sequence + count;
  transaction.exec_params("UPDATE event_log SET last_sequence = $1, last_batch = $2", last, batch);
  transaction.exec_params("SELECT pg_notify($1, $2)", std::string(kEventsChannel), std::to_string(last));
  return {};
}

StoreEvent read_event(const pqxx::row& row) {
  StoreEvent event{.sequence = row[0].as<std::int64_t>(),
                   .store_uid = row[1].as<std::string>(),
                   .store_name = row[2].as<std::string>(),
                   .team = row[3].as<std::string>(),
                   .at = read_time(row[4]),
                   .type = row[5].as<std::string>() == "Warning" ? EventType::kWarning : EventType::kNormal,
                   .source = row[6].as<std::string>(),
                   .reason = row[7].as<std::string>(),
                   .message = row[8].as<std::string>(),
                   .subject = row[9].as<std::string>(),
                   .duration_seconds = std::nullopt};
  if (!row[10].is_null()) event.duration_seconds = row[10].as<double>();
  return event;
}

}  // namespace

Task<Result<void>> PostgresHistory::append(std::vector<StoreEvent> events, std::int64_t epoch) {
  if (events.empty()) co_return Result<void>{};
  const auto count = static_cast<std::int64_t>(events.size());
  json::array rows;
  for (auto& event : events) rows.push_back(row_of(std::move(event)));
  auto work = [rows = json::serialize(rows), count, batch = random_base32(20),
               epoch](pqxx::transaction_base& transaction) {
    return append_rows(transaction, rows, count, batch, epoch);
  };
  auto outcome = co_await pool_.run_in_transaction(std::move(work));
  co_return outcome;
}

Task<Result<std::vector<StoreEvent>>> PostgresHistory::events(EventQuery query) {
  return pool_.run_in_transaction(
      [query = std::move(query)](pqxx::transaction_base& transaction) -> Result<std::vector<StoreEvent>> {
        const bool by_uid = !query.store_uid.empty();
        const auto sql = fmt::format(
            "SELECT sequence, store_uid, store_name, team, {}, type, source, reason, message, subject, "
            "duration_seconds FROM events WHERE {} = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            as_time("at"), by_uid ? "store_uid" : "store_name");
        std::vector<StoreEvent> events;
        for (const auto& row : transaction.exec_params(sql, by_uid ? query.store_uid : query.store_name,
                                                       query.after, static_cast<std::int64_t>(query.limit)))
          events.push_back(read_event(row));
        return events;
      });
}

Task<Result<void>> PostgresHistory::save_receipt(TeardownReceipt receipt, std::int64_t epoch) {
  return pool_.run_in_transaction(
      [receipt = std::move(receipt), epoch](pqxx::transaction_base& transaction) -> Result<void> {
        const auto position = lock_log(transaction, epoch);
        if (!position) return std::unexpected(position.error());
        transaction.exec_params(
            "INSERT INTO receipts (store_uid, store_name, team, started_at, finished_at, removed) "
            "VALUES ($1, $2, $3, $4::timestamptz, $5::timestamptz, $6::jsonb) "
            "ON CONFLICT (store_uid) DO UPDATE SET started_at = excluded.started_at, "
            "finished_at = excluded.finished_at, removed = excluded.removed",
            receipt.store_uid, receipt.store_name, receipt.team, format_time(receipt.started_at),
            format_time(receipt.finished_at), json::serialize(receipt.removed));
        return {};
      });
}

Task<Result<TeardownReceipt>> PostgresHistory::receipt(std::string store_name) {
  return pool_.run_in_transaction(
      [name = std::move(store_name)](pqxx::transaction_base& transaction) -> Result<TeardownReceipt> {
        const auto rows = transaction.exec_params(
            fmt::format("SELECT store_uid, team, {}, {}, removed::text FROM receipts WHERE store_name = $1 "
                        "ORDER BY finished_at DESC LIMIT 1",
                        as_time("started_at"), as_time("finished_at")),
            name);
        if (rows.empty())
          return fail(ErrorCode::kNotFound, fmt::format("No store named '{}' has been deleted.", name));
        const auto row = rows[0];
        auto removed = parse_json(row[4].as<std::string>());
        if (!removed) return std::unexpected(removed.error());
        return TeardownReceipt{.store_uid = row[0].as<std::string>(),
                               .store_name = name,
                               .team = row[1].as<std::string>(),
                               .started_at = read_time(row[2]),
                               .finished_at = read_time(row[3]),
                               .removed = object_at(*removed, {})};
      });
}

Task<Result<void>> PostgresHistory::ping() {
  return pool_.run_in_transaction([](pqxx::transaction_base& transaction) -> Result<void> {
    transaction.exec("SELECT 1");
    return {};
  });
}

}  // namespace storefleet
