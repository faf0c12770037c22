#pragma once
#include <chrono>
#include <map>
#include <string>
#include <unordered_map>

#include "controller/reconciler.hpp"
#include "engines/catalogue.hpp"
#include "history/writer.hpp"
#include "operator/actions/actor.hpp"
#include "operator/decisions/decide.hpp"
#include "operator/images_on_nodes.hpp"
#include "operator/isolation_keeper.hpp"
#include "operator/lanes.hpp"
#include "operator/metrics.hpp"
#include "operator/watch/caches.hpp"
#include "operator/waves.hpp"

namespace storefleet::store_operator {

/// Makes the cluster equal to its Store resources: for each store that something changed for, observe →
/// decide → act until there is only waiting left, and report it in `status`. Runs on the leader alone. One
/// thread; what it refers to must outlive it.
class StoreOperator {
 public:
  struct Parts {
    k8s::Client& client;
    ClusterCaches& caches;
    const engines::EngineCatalogue& catalogue;
    const engines::PlatformSettings& settings;
    Actor& actor;
    history::HistoryWriter& history;
    OperatorMetrics& metrics;
    const IsolationKeeper& isolation;
    const ImagesOnNodes* images = nullptr;  // null: nobody pulls images ahead
  };

  /// `workers` look at stores and talk to the API server; further ones wait for pods, Helm and SQL
  /// (lanes.hpp).
  StoreOperator(const asio::any_io_executor& executor, Parts parts, std::size_t workers);

  /// Starts the workers; call it when the caches are synced.
  void start();
  Task<void> stop();
  /// Brings gauges up to date, before /metrics is read.
  void update_metrics();
  /// An image came to nodes: stores that wait for theirs are looked at.
  void look_at_waiting_upgrades() { waves_.look_again(); }

 private:
  /// The status that the API server would not take, and when.
  struct Refused {
    StoreStatus status;
    std::chrono::steady_clock::time_point at;
  };
  /// The last status that was written: over which version of the store, and which that made. The watch may
  /// not show it yet.
  struct Written {
    std::string over;
    std::string made;
  };
  /// Tries in a row that failed late, of the pod that serves now.
  struct SlowTries {
    std::string pod;
    int count = 0;
  };
  struct Entry {
    std::string uid;  // of the store that the rest belongs to: names recur
    StoreMemory memory;
    StoreStatus status;  // newest summary, perhaps not written yet
    bool status_known = false;
    std::chrono::steady_clock::time_point written_at;
    std::optional<Refused> refused;
    Written written;
    std::map<ActionKind, SlowTries> slow;
  };

  [[nodiscard]] std::optional<std::string> lacks_image(const std::string& image) const;
  Task<controller::Outcome> reconcile(std::string name);
  Task<controller::Outcome> look(std::string name);
  /// Remembers how a try went, for pace_of().
  static void note_pace(Entry& entry, ActionKind kind, const Observed& observed, Pace pace);
  static Pace pace_of(const Entry& entry, ActionKind kind, const Observed& observed);
  Task<Result<void>> perform(ActionKind kind, Observed& observed);
  /// Records the new summary; returns whether it should be written now.
  bool note_status(Entry& entry, const Observed& observed, const Decision& decision, TimePoint now);
  /// Fails where another try may succeed; a status that is refused is logged and waits.
  Task<Result<void>> write_status(std::string name);
  /// The version of the store that the watch shows, or the one that the last status made of that.
  static std::string newest_version(const Entry& entry, const std::string& seen);
  static bool just_refused(const Entry& entry);

  Parts parts_;
  /// What is remembered of this very store, by its name.
  Entry& entry_of(const Store& store);
  /// Somebody deleted the store's namespace and it was made anew: nothing in it is done yet.
  void forget_old_namespace(Entry& entry, const Store& store);

  std::unordered_map<std::string, Entry> entries_;
  Lanes lanes_;
  Waves waves_;
  controller::ControllerLoop loop_;
};

}  // namespace storefleet::store_operator
