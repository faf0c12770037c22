#include "storage/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.hpp"
#include "storage/columns.hpp"

namespace storefleet::storage {
namespace {

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
                Reason::kStaleLeader);
  if (known < epoch) transaction.exec_params("UPDATE event_log SET leader_epoch = $1", epoch);
  return LogPosition{row[1].as<std::int64_t>(), row[2].as<std::string>()};
}

/// `rows` is a JSON array of events; `batch` makes a repeat after a lost COMMIT answer harmless. What is
/// known by its origin is left out before numbers are given, so that the sequence keeps having no gaps.
Result<void> append_rows(pqxx::transaction_base& transaction, const std::string& rows,
                         const std::string& batch, std::int64_t epoch) {
  const auto position = lock_log(transaction, epoch);
  if (!position) return std::unexpected(position.error());
  if (position->batch == batch) return {};
  const auto written = transaction.exec_params(
      "WITH given AS (SELECT e, n, row_number() OVER (PARTITION BY e->>'origin' ORDER BY n) AS repeat "
      "FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS batch (e, n)), "
      "fresh AS (SELECT e, row_number() OVER (ORDER BY n) AS n FROM given WHERE e->>'origin' IS NULL OR "
      "(repeat = 1 AND NOT EXISTS (SELECT 1 FROM events WHERE origin = e->>'origin'))) "
      "INSERT INTO events (sequence, store_uid, store_name, team, at, type, source, reason, message, "
      "subject, duration_seconds, origin, engine) "
      "SELECT $1::bigint + n, e->>'store_uid', e->>'store_name', e->>'team', (e->>'at')::timestamptz, "
      "e->>'type', e->>'source', e->>'reason', e->>'message', e->>'subject', "
      "(e->>'duration_seconds')::double precision, e->>'origin', coalesce(e->>'engine', '') FROM fresh",
      position->sequence, rows);
  const auto last = position->sequence + static_cast<std::int64_t>(written.affected_rows());
  transaction.exec_params("UPDATE event_log SET last_sequence = $1, last_batch = $2", last, batch);
  if (last > position->sequence)
    transaction.exec_params("SELECT pg_notify($1, $2)", std::string(kEventsChannel), std::to_string(last));
  return {};
}

/// Both parameters are used, so that the index of the one that is given is.
std::string_view store_condition(const EventQuery& query) {
  if (query.store_uid.empty()) return "$1 = '' AND store_name = $2";
  if (query.store_name.empty()) return "store_uid = $1 AND $2 = ''";
  return "store_uid = $1 AND store_name = $2";
}

StoreEvent read_event(const pqxx::row& row) {
  StoreEvent event{.sequence = row[0].as<std::int64_t>(),
                   .store_uid = row[1].as<std::string>(),
                   .store_name = row[2].as<std::string>(),
                   .team = row[3].as<std::string>(),
                   .at = read_time(row[4]),
                   .type = parse_event_type(row[5].as<std::string>()).value_or(EventType::kNormal),
                   .source = row[6].as<std::string>(),
                   .reason = row[7].as<std::string>(),
                   .message = row[8].as<std::string>(),
                   .subject = row[9].as<std::string>(),
                   .duration_seconds = std::nullopt};
  if (!row[10].is_null()) event.duration_seconds = row[10].as<double>();
  event.team_id = row[11].as<std::string>();
  return event;
}

/// The UIDs of the next stores in the log, found by leaping through the index instead of reading it all.
std::vector<std::string> next_stores(pqxx::transaction_base& transaction, const std::string& after,
                                     std::size_t limit) {
  const auto rows = transaction.exec_params(
      "WITH RECURSIVE page (uid, n) AS ("
      "(SELECT store_uid, 1::bigint FROM events WHERE store_uid > $1 ORDER BY store_uid LIMIT 1) UNION ALL "
      "SELECT (SELECT store_uid FROM events WHERE store_uid > page.uid ORDER BY store_uid LIMIT 1), n + 1 "
      "FROM page WHERE page.uid IS NOT NULL AND n < $2) "
      "SELECT uid FROM page WHERE uid IS NOT NULL ORDER BY n",
      after, static_cast<std::int64_t>(limit));
  std::vector<std::string> stores;
  for (const auto& row : rows) stores.push_back(row[0].as<std::string>());
  return stores;
}

/// Whether a store went before that time: its receipt says so or, where it left none, nothing knows it and
/// its last event is older.
bool went_before(pqxx::transaction_base& transaction, const Retention& retention, const std::string& store,
                 const std::string& older_than) {
  const auto receipts = transaction.exec_params(
      "SELECT finished_at < $2::timestamptz FROM receipts WHERE store_uid = $1", store, older_than);
  if (!receipts.empty()) return receipts[0][0].as<bool>();
  if (!retention.alive || retention.alive->contains(store)) return false;
  return transaction
      .exec_params("SELECT 1 FROM events WHERE store_uid = $1 AND at >= $2::timestamptz LIMIT 1", store,
                   older_than)
      .empty();
}

/// Deletes what one store has beyond its newest events, or all of a store that went long ago.
std::size_t prune_store(pqxx::transaction_base& transaction, const Retention& retention,
                        const std::string& store, std::size_t limit) {
  const auto older_than = format_time(retention.older_than);
  const bool gone = went_before(transaction, retention, store, older_than);
  const auto deleted = transaction.exec_params(
      "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events WHERE store_uid = $1 "
      "AND sequence <= (SELECT sequence FROM events WHERE store_uid = $1 "
      "ORDER BY sequence DESC OFFSET $2 LIMIT 1) AND at < $3::timestamptz ORDER BY sequence LIMIT $4)",
      store, static_cast<std::int64_t>(gone ? 0 : retention.keep_per_store), older_than,
      static_cast<std::int64_t>(limit));
  return deleted.affected_rows();
}

Pruned prune_batch(pqxx::transaction_base& transaction, const Retention& retention,
                   const std::string& after) {
  Pruned pruned{.next = after};
  const auto stores = next_stores(transaction, after, retention.stores_a_look);
  for (const auto& store : stores) {
    const auto left = retention.batch - pruned.events;
    pruned.events += prune_store(transaction, retention, store, left);
    if (pruned.events >= retention.batch) return pruned;  // this store again, next time
    pruned.next = store;
  }
  if (stores.size() == retention.stores_a_look) return pruned;
  const auto receipts = transaction.exec_params(
      "DELETE FROM receipts WHERE store_uid IN (SELECT store_uid FROM receipts r "
      "WHERE finished_at < $1::timestamptz "
      "AND NOT EXISTS (SELECT 1 FROM events WHERE events.store_uid = r.store_uid) LIMIT $2)",
      format_time(retention.older_than), static_cast<std::int64_t>(retention.batch));
  pruned.receipts = receipts.affected_rows();
  pruned.complete = pruned.receipts < retention.batch;
  return pruned;
}

}  // namespace

json::object event_row(const StoreEvent& event) {
  json::object row{{"store_uid", as_sql_text(event.store_uid)},
                   {"store_name", as_sql_text(event.store_name)},
                   {"team", as_sql_text(event.team)},
                   {"at", format_time(event.at)},
                   {"type", to_string(event.type)},
                   {"source", event.source.str()},
                   {"reason", event.reason.str()},
                   {"message", event.message.str()},
                   {"subject", event.subject.str()}};
  if (!event.engine.empty()) row["engine"] = as_sql_text(event.engine);
  if (event.duration_seconds) row["duration_seconds"] = *event.duration_seconds;
  if (!event.origin.empty()) row["origin"] = as_sql_text(event.origin);
  return row;
}

std::vector<StoreEvent> read_events_after(pqxx::transaction_base& transaction, std::int64_t sequence,
                                          std::size_t limit) {
  const auto sql = fmt::format(
      "SELECT sequence, store_uid, store_name, team, {}, type, source, reason, message, subject, "
      "duration_seconds, team_id FROM events WHERE sequence > $1 ORDER BY sequence LIMIT $2",
      as_time("at"));
  std::vector<StoreEvent> events;
  for (const auto& row : transaction.exec_params(sql, sequence, static_cast<std::int64_t>(limit)))
    events.push_back(read_event(row));
  return events;
}

Task<Result<void>> PostgresHistory::append(std::vector<StoreEvent> events, std::int64_t epoch) {
  if (events.empty()) co_return Result<void>{};
  json::array rows;
  for (const auto& event : events) rows.push_back(event_row(event));
  auto work = [rows = json::serialize(rows), batch = random_base32(20),
               epoch](pqxx::transaction_base& transaction) {
    return append_rows(transaction, rows, batch, epoch);
  };
  auto outcome = co_await pool_.run_in_transaction(std::move(work));
  co_return outcome;
}

Task<Result<std::vector<StoreEvent>>> PostgresHistory::events(EventQuery query) {
  return pool_.run_in_transaction([query = std::move(query)](pqxx::transaction_base& transaction)
                                      -> Result<std::vector<StoreEvent>> {
    const auto sql = fmt::format(
        "SELECT sequence, store_uid, store_name, team, {}, type, source, reason, message, subject, "
        "duration_seconds, team_id FROM events WHERE {} AND sequence > $3 AND ($4::bigint = 0 OR sequence < "
        "$4::bigint) "
        "AND ($6 = '' OR type = $6) AND ($7 = '' OR source = $7) AND ($8 = '' OR reason = $8) "
        "AND ($9 = '' OR strpos(lower(concat_ws(' ', reason, subject, message)), lower($9)) > 0) "
        "AND {} ORDER BY sequence {} LIMIT $5",
        as_time("at"), store_condition(query), of_teams("$10"),
        query.order == EventOrder::kNewestFirst ? "DESC" : "ASC");
    std::vector<StoreEvent> events;
    for (const auto& row : transaction.exec_params(
             sql, query.store_uid, query.store_name, query.after, query.before,
             static_cast<std::int64_t>(query.limit),
             query.type ? std::string(to_string(*query.type)) : std::string(), as_sql_text(query.source),
             as_sql_text(query.reason), as_sql_text(query.text), teams_parameter(query.teams)))
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

Task<Result<TeardownReceipt>> PostgresHistory::receipt(std::string store_name, TeamFilter teams) {
  return pool_.run_in_transaction([name = std::move(store_name), teams = teams_parameter(teams)](
                                      pqxx::transaction_base& transaction) -> Result<TeardownReceipt> {
    const auto rows = transaction.exec_params(
        fmt::format("SELECT store_uid, team, {}, {}, removed::text FROM receipts WHERE store_name = $1 "
                    "AND {} ORDER BY finished_at DESC LIMIT 1",
                    as_time("started_at"), as_time("finished_at"), of_teams("$2")),
        name, teams);
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

Task<Result<Pruned>> PostgresHistory::prune(Retention retention, std::string after, std::int64_t epoch) {
  return pool_.run_in_transaction(
      [retention, after = std::move(after), epoch](pqxx::transaction_base& transaction) -> Result<Pruned> {
        const auto position = lock_log(transaction, epoch);
        if (!position) return std::unexpected(position.error());
        return prune_batch(transaction, retention, after);
      });
}

Task<Result<void>> PostgresHistory::ping() {
  return pool_.run_in_transaction([](pqxx::transaction_base& transaction) -> Result<void> {
    transaction.exec("SELECT 1");
    return {};
  });
}

}  // namespace storefleet::storage
