#pragma once
#include <list>
#include <map>
#include <memory>
#include <string>

#include "simulation/agenda.hpp"
#include "simulation/api_server.hpp"
#include "simulation/exchange.hpp"
#include "simulation/faults.hpp"
#include "simulation/objects.hpp"
#include "simulation/station.hpp"

namespace storefleet::simulation {

/// The watches and the paged lists of the API server: what caches are filled from. Within one watch the order
/// is kept, as the API server keeps it; between kinds there is none. Here events are late, lost and doubled.
class Watches {
 public:
  Watches(ApiServer& api, Agenda& agenda, Trace& trace, Random& random, const Faults& faults,
          const Tampering& tampering);

  /// A watch from the version that the target names on.
  void open(const std::string& target, const std::shared_ptr<Exchange>& exchange);
  /// One page of a list; a cache's, so that it may be stale.
  [[nodiscard]] std::string list(const std::string& target);
  /// From here on every watch brings what there is, without faults.
  void calm();

 private:
  struct Watch {
    std::weak_ptr<Exchange> to;
    std::string plural;
    Selection selection;
    std::size_t next = 0;  // index of the change that comes next
    Millis lag = 0;        // of every event
    Millis ends = 0;
    Millis gone_at = 0;      // ends with 410 then; 0: it does not
    Millis told_at = 0;      // when the last event or bookmark came
    bool planned = false;    // for an event; else only for what the next change may come before
    std::uint64_t plan = 0;  // the newest one counts
  };
  using Place = std::shared_ptr<Watch>;

  void plan(const Place& watch);
  void deliver(const Place& watch);
  /// False where the watch ended.
  bool give(Watch& watch, const Change& change);
  void end(Watch& watch, Result<http::Response> how);
  void end_gone(Watch& watch);

  ApiServer& api_;
  Agenda& agenda_;
  Trace& trace_;
  Random& random_;
  const Faults& faults_;
  const Tampering& tampering_;
  std::list<Place> open_;
  std::map<std::string, std::uint64_t, std::less<>> compacted_;  // by kind: older versions are forgotten
};

}  // namespace storefleet::simulation
