#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/event.hpp"

namespace storefleet::inline domain {

/// What a teardown found and removed; kept after the store is gone, keyed by UID since names recur.
struct TeardownReceipt {
  std::string store_uid;
  std::string store_name;
  std::string team;
  TimePoint started_at;
  TimePoint finished_at;
  json::object removed;  // kind → names
};

/// How long history is kept. Of a store that is alive, or has no receipt as old as that, the newest
/// `keep_per_store` events stay however old they are; those of a store that has ended go.
struct Retention {
  TimePoint older_than;
  std::size_t keep_per_store = 1000;
  std::size_t batch = 500;         // deletes at most so many lines in one transaction
  std::size_t stores_a_look = 50;  // looks at so many stores in one transaction
  /// UIDs of the stores that there are: others have ended, with a receipt or without. Null: not known.
  std::shared_ptr<const std::set<std::string>> alive = nullptr;
};

/// What one call of History::prune did.
struct Pruned {
  std::size_t events = 0;
  std::size_t receipts = 0;
  std::string next;       // give it to the next call
  bool complete = false;  // all stores were looked at
};

/// Event log and receipts in SQL.
class History {
 public:
  virtual ~History() = default;
  /// Appends in one transaction that fails with Conflict where a newer leader's epoch is known. Leaves out
  /// events whose origin is in the log already. Reason::kRefusedData where one of them can never be stored.
  virtual Task<Result<void>> append(std::vector<StoreEvent> events, std::int64_t epoch) = 0;
  virtual Task<Result<std::vector<StoreEvent>>> events(EventQuery query) = 0;
  virtual Task<Result<void>> save_receipt(TeardownReceipt receipt, std::int64_t epoch) = 0;
  /// The newest receipt of a store of that name in these teams; NotFound where there is none.
  virtual Task<Result<TeardownReceipt>> receipt(std::string store_name, TeamFilter teams) = 0;
  /// Deletes one small batch of what is older than it needs to be, of the stores behind `after` (empty: from
  /// the first on). Call it until it is complete.
  virtual Task<Result<Pruned>> prune(Retention retention, std::string after, std::int64_t epoch) = 0;
  /// Ok where SQL answers; for /readyz.
  virtual Task<Result<void>> ping() = 0;
};

}  // namespace storefleet::inline domain
