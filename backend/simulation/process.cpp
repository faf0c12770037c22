#include "simulation/process.hpp"

#include <cstdlib>

#include "base/log.hpp"

namespace storefleet::simulation {

Process::Process(std::shared_ptr<Station> station, const app::ServeConfig& config,
                 const engines::EngineCatalogue& catalogue, std::unique_ptr<Sql> sql)
    : station_(std::move(station)), sql_(std::move(sql)), ledger_(*sql_), history_(*sql_) {
  const auto executor = context_.get_executor();
  k8s::ClusterConfig cluster{.server = {"http", "api", 80, "/"}};
  client_ = k8s::Client::create(executor, std::move(cluster)).value();
  role_.emplace(executor, config, *client_, catalogue, history_, ledger_, audit_, registry_);
  scope_.emplace(executor);
  scope_->spawn("controller", serve());
}

Process::~Process() {
  station_->alive = false;
  context_.abandon();
}

Task<void> Process::serve() {
  const auto outcome = co_await role_->run();
  log_info("the process ends", {{"error", outcome ? "" : outcome.error().message}});
  ended_ = true;
}

void Process::run() {
  // Its identity in the lease is its pod's name, which it reads when it begins.
  if (!std::exchange(begun_, true)) setenv("POD_NAME", station_->name.c_str(), 1);
  machine().wall_offset = station_->wall_offset;
  const auto waits = run_ready(context_);
  machine().wall_offset = 0;
  wakes_ = machine().now + waits;
}

void Process::stop() {
  scope_->cancel();
}

}  // namespace storefleet::simulation
