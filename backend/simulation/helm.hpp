#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "simulation/agenda.hpp"
#include "simulation/exchange.hpp"
#include "simulation/faults.hpp"
#include "simulation/station.hpp"
#include "simulation/wire.hpp"

namespace storefleet::simulation {

/// What the Helm helpers of all processes do: the order of writes of releases/helm-helper, one write at a
/// time, so that a helper can die or hang between any two and leave the release as it is then. It knows one
/// chart, that of tests/integration/engines/store-tiny.
class Helm {
 public:
  Helm(Agenda& agenda, Random& random, ApiServer& api, Wire& wire, const Faults& faults,
       const Tampering& tampering)
      : agenda_(agenda), random_(random), api_(api), wire_(wire), faults_(faults), tampering_(tampering) {}

  /// Begins an operation ("install", "upgrade", "uninstall") for the process that runs now; its outcome comes
  /// as a status of 200, or as an error.
  void begin(std::string operation, std::string ns, json::object values,
             const std::shared_ptr<Exchange>& exchange);
  /// Ends the helper of the process that runs now.
  void stop();

 private:
  struct Job {
    std::shared_ptr<Station> station;
    std::string operation;
    std::string ns;
    json::object values;
    std::weak_ptr<Exchange> exchange;
    bool begun = false;  // its history is read
    std::deque<Call> writes = {};
    std::string record = {};  // of the revision that is under way
    Millis started = 0;
    int tries = 0;
    int last_writes = 0;  // that it still makes when its process is gone
    bool ended = false;
  };
  using Place = std::shared_ptr<Job>;
  struct Revision {
    std::string name;
    std::int64_t number = 0;
    std::string status;
    std::string values;
    std::vector<std::string> objects;  // paths
  };

  void next(const Place& job);
  void step(const Place& job);
  void end(const Place& job, Result<void> outcome);
  /// Reads the release's records and plans the writes. An error ends the operation.
  Result<void> plan(Job& job) const;
  void plan_deploy(Job& job, const std::vector<Revision>& history) const;
  static void plan_uninstall(Job& job, const std::vector<Revision>& history);
  [[nodiscard]] std::vector<Revision> history_of(const std::string& ns) const;
  void kill_helper(const std::shared_ptr<Station>& station);

  Agenda& agenda_;
  Random& random_;
  ApiServer& api_;
  Wire& wire_;
  const Faults& faults_;
  const Tampering& tampering_;
  std::vector<Place> jobs_;
};

/// That of the world on this thread.
Helm*& current_helm();

}  // namespace storefleet::simulation
