#pragma once
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <prometheus/registry.h>

#include "app/config.hpp"
#include "app/controller_role.hpp"
#include "base/task.hpp"
#include "k8s/client.hpp"
#include "simulation/books.hpp"
#include "simulation/station.hpp"

namespace storefleet::simulation {

/// One process of the controller: what `storefleet serve --role=controller` runs, with the role, clients and
/// parts of the released program, on an io_context of its own. Destroying it is kill -9: whatever it was
/// about to do is not done.
class Process {
 public:
  Process(std::shared_ptr<Station> station, const app::ServeConfig& config,
          const engines::EngineCatalogue& catalogue, Sql& sql);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Runs what is ready now.
  void run();
  /// When it wants to run again.
  [[nodiscard]] Millis wakes() const { return wakes_; }
  /// Whether it ended by itself, as after the loss of leadership.
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] Station& station() const { return *station_; }
  [[nodiscard]] const std::shared_ptr<Station>& shared_station() const { return station_; }
  /// SIGTERM, which it gets when it runs next.
  void stop();

 private:
  /// Asio destroys what waits when its context goes, but then it is too late for the timers of our parts.
  class Context : public asio::io_context {
   public:
    Context() : io_context(1) {}
    void abandon() { shutdown(); }
  };
  Task<void> serve();

  std::shared_ptr<Station> station_;
  Context context_;
  BookedLedger ledger_;
  BookedHistory history_;
  EmptyAuditLog audit_;
  prometheus::Registry registry_;
  std::unique_ptr<k8s::Client> client_;
  std::optional<app::ControllerRole> role_;
  std::optional<TaskScope> scope_;
  Millis wakes_ = 0;
  bool ended_ = false;
  bool begun_ = false;
  bool stop_asked_ = false;
};

}  // namespace storefleet::simulation
