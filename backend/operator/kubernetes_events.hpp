#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "domain/event.hpp"

/// What of the cluster's Events becomes part of stores' history. Pure.
namespace storefleet::store_operator {

/// One Event object as it was last seen, its texts bounded.
struct KubernetesEvent {
  std::string uid;
  std::string ns;
  std::int64_t count = 1;  // how often it has happened
  TimePoint at;            // last time
  EventType type = EventType::kNormal;
  std::string reason;
  std::string message;
  std::string subject;  // "Pod/web-0"
};

/// Reads a core/v1 Event, of either API group's making (count, or series). Nothing for one that is not in a
/// store namespace. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
std::optional<KubernetesEvent> kubernetes_event(const json::value& object);

/// Which store a namespace belongs to.
struct StoreIdentity {
  std::string uid;
  std::string name;
  std::string team;
};
using StoreOfNamespace = std::function<std::optional<StoreIdentity>(const std::string& ns)>;

/// Decides which Events become lines of the history: each once, and one that goes on happening at most one
/// more line a minute, with its newest count. The line's origin is "<uid>/<count>", by which the history
/// knows what another leader wrote before. Lines are never changed afterwards, since readers follow the
/// sequence. Memory: an entry for each Event that exists (the API server forgets them after an hour). One
/// thread.
class EventDeduplicator {
 public:
  static constexpr std::chrono::minutes kPace{1};
  /// An Event is given up when nobody has known its namespace for so long.
  static constexpr std::chrono::minutes kPatience{2};

  /// Of a list or a watch; what is known already is ignored.
  void seen(KubernetesEvent event);
  /// The object is gone. What was not written yet still will be.
  void gone(const std::string& uid);
  /// A complete list begins; at its end all that was not seen in it is gone.
  void begin_list();
  void end_list();

  /// At most `limit` lines that are to be written now, oldest first.
  std::vector<StoreEvent> due(TimePoint now, const StoreOfNamespace& store_of, std::size_t limit);

  [[nodiscard]] std::size_t known() const { return entries_.size(); }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Entry {
    std::int64_t written_count = 0;
    TimePoint written_at;
    std::optional<KubernetesEvent> pending;
    std::optional<TimePoint> unknown_since;  // its namespace
    std::uint32_t generation = 0;            // of the list that had it last
    bool gone = false;
  };

  std::unordered_map<std::string, Entry> entries_;  // by UID
  std::unordered_set<std::string> waiting_;         // UIDs with something pending
  std::uint32_t generation_ = 0;
};

}  // namespace storefleet::store_operator
