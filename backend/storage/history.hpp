#pragma once
#include <string>
#include <vector>

#include "domain/event.hpp"
#include "domain/ports/history.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// The channel that is notified of each append with the last sequence as payload (LISTEN/NOTIFY).
inline constexpr std::string_view kEventsChannel = "storefleet_events";

/// Events above `sequence`, oldest first.
std::vector<StoreEvent> read_events_after(pqxx::transaction_base& transaction, std::int64_t sequence,
                                          std::size_t limit);

/// An event as the row that is appended: text that PostgreSQL takes, whatever it was made from.
json::object event_row(const StoreEvent& event);

/// Event log and receipts in PostgreSQL. Every write locks the one row of event_log, checks the leader's
/// epoch there and takes sequence numbers from it, so a sequence is visible only when all below it are.
class PostgresHistory : public History {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresHistory(Pool& pool) : pool_(pool) {}

  Task<Result<void>> append(std::vector<StoreEvent> events, std::int64_t epoch) override;
  Task<Result<std::vector<StoreEvent>>> events(EventQuery query) override;
  Task<Result<void>> save_receipt(TeardownReceipt receipt, std::int64_t epoch) override;
  Task<Result<TeardownReceipt>> receipt(std::string store_name, TeamFilter teams) override;
  Task<Result<Pruned>> prune(Retention retention, std::string after, std::int64_t epoch) override;
  Task<Result<void>> ping() override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
