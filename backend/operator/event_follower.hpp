#pragma once
#include <string>
#include <unordered_map>

#include "base/task.hpp"
#include "controller/reflector.hpp"
#include "history/writer.hpp"
#include "operator/kubernetes_events.hpp"
#include "operator/watch/caches.hpp"

namespace storefleet::store_operator {

/// Copies the Kubernetes Events of store namespaces into the history, since the cluster forgets them after an
/// hour. Runs on the leader alone. One thread; what it refers to must outlive it.
class EventFollower : private controller::ReflectorSink {
 public:
  EventFollower(k8s::Client& client, const ClusterCaches& caches, history::HistoryWriter& history);

  /// Watches until cancelled. Spawn it once.
  Task<void> watch() { return reflector_.run(); }
  /// Hands what is due to the writer until cancelled; begins when the caches are synced. Spawn it once.
  Task<void> write();

 private:
  void begin_list() override { events_.begin_list(); }
  void end_list() override { events_.end_list(); }
  void upsert(const json::value& object) override;
  void remove(const json::value& object) override;

  void write_due(TimePoint now);
  std::optional<StoreIdentity> store_of(const std::string& ns, TimePoint now);

  struct Known {
    StoreIdentity store;
    TimePoint used_at;
  };

  const ClusterCaches& caches_;
  history::HistoryWriter& history_;
  EventDeduplicator events_;
  std::unordered_map<std::string, Known> known_;  // by namespace: its last events come when it is gone
  controller::Reflector reflector_;
};

}  // namespace storefleet::store_operator
