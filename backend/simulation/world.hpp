#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "engines/catalogue.hpp"
#include "simulation/agenda.hpp"
#include "simulation/api_server.hpp"
#include "simulation/books.hpp"
#include "simulation/cluster.hpp"
#include "simulation/faults.hpp"
#include "simulation/helm.hpp"
#include "simulation/process.hpp"
#include "simulation/watches.hpp"
#include "simulation/wire.hpp"

namespace storefleet::simulation {

/// What is the same in every run: the platform's settings and its one engine.
struct Platform {
  app::ServeConfig config;
  engines::EngineCatalogue catalogue;
};
/// With the engine of tests/integration/engines, in that folder. Errors: a message about what cannot be read.
Result<Platform> load_platform(const std::string& engines_folder);

/// A cluster, a database, people and the controller's processes on one virtual clock. It belongs to its
/// thread, of which there may be no other at the same time.
class World {
 public:
  World(const Platform& platform, std::uint64_t seed, Faults given, Tampering tampered, bool keep_trace);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  /// Starts a process of the controller that comes back whenever it ends.
  void start(const std::string& name);
  /// Asks it to end.
  void stop(const std::string& name);
  /// Lets `duration` pass, or less where `done` holds before; it is asked after every moment at which
  /// something happened.
  void pass(Millis duration, const std::function<bool()>& done);
  /// From here on nothing goes wrong any more: what hangs goes on, what stood still runs.
  void calm();

  /// What a person does with kubectl, at once.
  Answer kubectl(std::string method, const k8s::Resource& kind, const k8s::ObjectName& name,
                 const json::value& body, std::string_view subresource = {});

  const Tampering tampering;
  Random random;  // of everything but the processes
  Agenda agenda;
  Trace trace;
  Faults faults;
  ApiServer api;
  Books books;
  Cluster cluster;
  Watches watches;
  Wire wire;
  Helm helm;
  std::int64_t deaths = 0;  // of processes

 private:
  struct Place {
    std::string name;
    std::unique_ptr<Process> process;  // null: it starts again soon
  };
  void launch(Place& place);
  void run_processes();
  void trouble();
  Millis next_time() const;

  const Platform& platform_;
  Random process_random_;
  bool calm_ = false;
  std::vector<std::unique_ptr<Sql>> connections_;  // what a dead process sent is still on its way
  std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace storefleet::simulation
