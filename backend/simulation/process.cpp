#include "simulation/process.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/log.hpp"

namespace storefleet::simulation {

Process::Process(std::shared_ptr<Station> station, const app::ServeConfig& config,
                 const engines::EngineCatalogue& catalogue, Sql& sql)
    : station_(std::move(station)), ledger_(sql), history_(sql) {
  const auto executor = context_.get_executor();
  k8s::ClusterConfig cluster{.server = {"http", "api", 80, "/"}};
  client_ = k8s::Client::create(executor, cluster).value();
  role_.emplace(executor, config, std::move(cluster), *client_, catalogue, history_, ledger_, audit_,
                registry_);
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
  auto& here = machine();
  const auto rush = station_->clock_rush;
  here.wall_offset = station_->wall_offset;
  here.steady_offset = here.now * rush / 100;
  if (std::exchange(stop_asked_, false)) scope_->cancel();
  const auto waits = run_ready(context_);
  here.wall_offset = here.steady_offset = 0;
  wakes_ = here.now + std::max<Millis>(1, waits * 100 / (100 + rush));
}

void Process::stop() {
  stop_asked_ = true;
  wakes_ = machine().now;
}

}  // namespace storefleet::simulation
