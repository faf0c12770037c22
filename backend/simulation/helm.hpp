#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "releases/releases.hpp"
#include "simulation/agenda.hpp"
#include "simulation/exchange.hpp"
#include "simulation/faults.hpp"
#include "simulation/release.hpp"
#include "simulation/station.hpp"
#include "simulation/wire.hpp"

namespace storefleet::simulation {

/// What the Helm helpers of all processes do: the order of writes of releases/helm-helper, one write at a
/// time, so that a helper can die or hang between any two and leave the release as it is then. It knows one
/// chart, `release.hpp`.
class Helm {
 public:
  Helm(Agenda& agenda, Random& random, ApiServer& api, Wire& wire, const Faults& faults,
       const Tampering& tampering)
      : agenda_(agenda), random_(random), api_(api), wire_(wire), faults_(faults), tampering_(tampering) {}

  /// Begins an operation ("install", "upgrade", "uninstall") for the process that runs now; its outcome comes
  /// as a status of 200, or as an error.
  void begin(std::string operation, releases::WantedRelease wanted,
             const std::shared_ptr<Exchange>& exchange);
  /// The helper of the process that runs now may write for so long.
  void lend(Millis left) { wire_.running->lent_until = machine().now + left; }
  /// Whether the helper of a process is at work.
  [[nodiscard]] bool works_for(const Station& station) const;
  /// Ends the helper of the process that runs now.
  void stop();

 private:
  enum class Way { kOnce, kApply, kApplyAgain, kSeal };
  struct Write {
    Way way = Way::kOnce;
    Call call;
  };
  struct Job {
    std::shared_ptr<Station> station;
    std::string operation;
    releases::WantedRelease wanted;
    std::weak_ptr<Exchange> exchange;
    bool begun = false;  // its history is read
    std::deque<Write> writes = {};
    std::optional<Record> under_way = {};  // that it has written, and must close
    std::map<std::string, std::string> prints = {};
    Millis started = 0;
    int tries = 0;
    bool last_write = false;  // one that it has sent when its process dies
    bool ended = false;
  };
  using Place = std::shared_ptr<Job>;

  void next(const Place& job);
  void step(const Place& job);
  void read(const Place& job);
  /// One write; an error ends the operation.
  Result<void> write(Job& job);
  Result<void> after_apply(Job& job, const Write& write, const json::value& object);
  Answer ask(const Job& job, const Call& call);
  void end(const Place& job, Result<void> outcome);
  void plan(Job& job) const;
  void plan_deploy(Job& job, const History& history) const;
  static void plan_uninstall(Job& job, const History& history);
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
