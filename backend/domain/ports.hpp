#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/check.hpp"
#include "domain/insight.hpp"
#include "domain/platform.hpp"
#include "domain/store.hpp"

/// What the API and the operator need from the outside, as interfaces; app/ connects them to
/// cluster_ports/, storage/ and engines/. All are called from one thread.
namespace storefleet::inline domain {

/// Hears of a store that changed: `old` is null for a new one, `now` for one that is gone. Both are valid
/// during the call only.
using StoreListener = std::function<void(const Store* old, const Store* now)>;

/// What a Store is created from.
struct NewStore {
  std::string name;
  StoreSpec spec;
  std::map<std::string, std::string> annotations = {};
};

/// The Store resources of the cluster.
class StoreGateway {
 public:
  virtual ~StoreGateway() = default;
  /// From the watch cache; Unavailable until it has synced once.
  virtual Result<std::vector<Store>> list() = 0;
  /// The same without copies: shows each store, by name. They are valid during the call only.
  virtual Result<void> visit(const std::function<void(const Store&)>& visitor) = 0;
  /// Tells of every change that list() shows from its first success on. Add listeners before the cache runs;
  /// they must outlive its run.
  virtual void on_change(StoreListener listener) = 0;
  /// From the cache, or from the API server where the cache does not have it yet.
  virtual Task<Result<Store>> get(std::string name) = 0;
  /// From the API server: also what another process has just changed.
  virtual Task<Result<Store>> get_latest(std::string name) = 0;
  /// AlreadyExists where the name is taken; InvalidArgument where the API server refuses the object.
  virtual Task<Result<Store>> create(NewStore store, bool dry_run) = 0;
  /// Replaces the spec of exactly this store and generation; Conflict where it has changed meanwhile.
  virtual Task<Result<Store>> update(Store store, StoreSpec spec) = 0;
  /// Asks something of the controller; Conflict or NotFound where exactly this store is gone.
  virtual Task<Result<Store>> ask(Store store, StoreRequest request, TimePoint at) = 0;
  /// Requests the teardown of exactly this store as it was read; Conflict where it has changed meanwhile,
  /// NotFound where it is gone already.
  virtual Task<Result<void>> remove(Store store) = 0;
};

/// Admin login of one store.
struct Credentials {
  std::string username;
  std::string password;
};

/// Admits whoever opens it to a store's administration, once, until it expires.
struct LoginLink {
  std::string url;
  TimePoint expires_at;
};

/// Reads what lives inside a store namespace.
class StoreInsight {
 public:
  virtual ~StoreInsight() = default;
  /// NotFound until the store has an admin account.
  virtual Task<Result<Credentials>> credentials(Store store) = 0;
  /// The same; InvalidArgument where the engine has no one-click login.
  virtual Task<Result<LoginLink>> login_link(Store store) = 0;
  /// Finds what a query is about. InvalidArgument with reason UnknownComponent or UnknownContainer and the
  /// names there are; Conflict with reason NoPod or ContainerNotRunning where it has no log yet.
  virtual Task<Result<LogSource>> find_log(Store store, LogQuery query) = 0;
  /// The log's lines, each with its time. Errors as find_log, since pods come and go.
  virtual Task<Result<std::string>> logs(LogSource source, LogQuery query) = 0;
  /// Gives the lines to `write`, also those that are still to come, until the container ends, `write` fails,
  /// the longest duration is over, or the calling task is cancelled. What `write` refers to must live as
  /// long.
  virtual Task<Result<void>> follow_logs(LogSource source, LogQuery query, LogWriter write) = 0;
  /// What there is; nothing of it is required to be there.
  virtual Task<Result<StoreUsage>> usage(Store store) = 0;
};

/// Runs an engine's full order test.
class StoreCheck {
 public:
  virtual ~StoreCheck() = default;
  /// A failed step is a report, not an error. NotFound until the store has an admin account;
  /// InvalidArgument where the engine has no order test.
  virtual Task<Result<CheckReport>> check(Store store) = 0;
};

enum class EventType { kNormal, kWarning };

/// One line of a store's history. `sequence` has no gaps in commit order (one writer, design 2).
struct StoreEvent {
  std::int64_t sequence = 0;
  std::string store_uid;
  std::string store_name;
  std::string team;
  TimePoint at;
  EventType type = EventType::kNormal;
  EventWord source;  // "storefleet" or "kubernetes"
  EventWord reason;  // one word, e.g. StepFinished, Scheduled
  EventMessage message;
  EventSubject subject;  // step name, or kind/name of the Kubernetes object
  std::optional<double> duration_seconds;
  std::string engine = {};   // of the store, where the platform itself tells of it
  std::string origin = {};   // of a copied event: it is in the log once; empty: always a new line
  std::string team_id = {};  // as read; not written: `team` may be the name of another team by now
};

/// What a teardown found and removed; kept after the store is gone, keyed by UID since names recur.
struct TeardownReceipt {
  std::string store_uid;
  std::string store_name;
  std::string team;
  TimePoint started_at;
  TimePoint finished_at;
  json::object removed;  // kind → names
};

enum class EventOrder { kOldestFirst, kNewestFirst };

/// Empty fields do not limit.
struct EventQuery {
  std::string store_uid;    // this one of all the stores that had the name
  std::string store_name;   // newest store of that name and its predecessors
  std::int64_t after = 0;   // only sequences above it
  std::int64_t before = 0;  // only sequences below it; 0: all
  std::size_t limit = 100;
  EventOrder order = EventOrder::kOldestFirst;
  std::string text = {};  // part of reason, subject or message; case does not matter
  std::optional<EventType> type = std::nullopt;
  std::string source = {};
  std::string reason = {};
  TeamFilter teams = std::nullopt;
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

/// The event log as those who follow it see it; any number of processes may.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// Events above `sequence`, oldest first. Fewer than `limit` are all there are.
  virtual Task<Result<std::vector<StoreEvent>>> after(std::int64_t sequence, std::size_t limit) = 0;
  /// The sequence that was given out last; 0 while there was none.
  virtual Task<Result<std::int64_t>> last_sequence() = 0;
  /// Ends when the log may have grown since the last call ended, at the latest after a few seconds, or when
  /// its task is cancelled. For one caller at a time.
  virtual Task<void> changed() = 0;
};

/// The remembered answer to a request that carried an Idempotency-Key.
struct RememberedAnswer {
  std::string body_hash;
  unsigned status = 0;  // 0: still in flight
  std::string body;
};

/// Idempotency keys, scoped by caller; kept for a day.
class IdempotencyKeys {
 public:
  virtual ~IdempotencyKeys() = default;
  /// Reserves the key. Nothing: it is now ours. A value: somebody used it before.
  virtual Task<Result<std::optional<RememberedAnswer>>> reserve(std::string caller, std::string key,
                                                                std::string body_hash) = 0;
  virtual Task<Result<void>> remember(std::string caller, std::string key, unsigned status,
                                      std::string body) = 0;
  virtual Task<Result<void>> forget(std::string caller, std::string key) = 0;
};

/// One engine as users see it.
struct EngineSummary {
  std::string name;
  std::string display_name;
  std::string description;
  std::vector<std::string> versions;
  json::object parameters;  // JSON Schema of spec.values
  std::vector<std::string> plans;
};

/// The engines that this platform offers.
class EngineDirectory {
 public:
  virtual ~EngineDirectory() = default;
  virtual std::vector<EngineSummary> engines() const = 0;
  /// InvalidArgument (reasons UnknownEngine, UnknownPlan, UnknownVersion, InvalidValues) with what to do
  /// where a store of this spec could never be provisioned.
  virtual Result<void> check(const StoreSpec& spec) const = 0;
  /// The same for a store that exists: also refuses what its volumes cannot follow (reason VolumeSize).
  virtual Result<void> check_change(const StoreSpec& from, const StoreSpec& to) const = 0;
  /// Of all volumes of a store of this spec together; 0 where check() refuses it.
  virtual std::int64_t storage_bytes(const StoreSpec& spec) const = 0;
  /// What each plan means, by name.
  virtual std::vector<PlanSummary> plans() const = 0;
};

}  // namespace storefleet::inline domain
