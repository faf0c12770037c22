#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/limits.hpp"
#include "domain/store.hpp"

/// The history of stores.
namespace storefleet::inline domain {

enum class EventType { kNormal, kWarning };

/// As Kubernetes calls them, on the wire and in SQL.
std::string_view to_string(EventType type);
std::optional<EventType> parse_event_type(std::string_view text);

/// What the platform itself tells of a store, besides its failures: those have the name of their code. Other
/// reasons are copied from Kubernetes.
enum class EventReason { kStepFinished, kPhaseChanged, kExpiresSoon, kRetained };

std::string_view to_string(EventReason reason);

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

}  // namespace storefleet::inline domain
