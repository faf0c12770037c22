#include "simulation/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k8s/resource.hpp"

namespace storefleet::simulation {
namespace {

/// What a kubelet gives a process that was asked to end.
constexpr Millis kGrace = 30'000;

}  // namespace

Result<Platform> load_platform(const std::string& engines_folder) {
  auto catalogue =
      engines::EngineCatalogue::load(engines_folder, {"tiny"}, engines::VolumeGrowth::kForbidden);
  if (!catalogue) return std::unexpected(catalogue.error());
  app::ServeConfig config{.role = app::Role::kController, .ingress_address = "ingress:80"};
  config.settings.base_domain = "shops.test";
  config.settings.ingress_class = kIngressClass;
  config.settings.controller_pod_labels = {{"app", "storefleet"}};
  config.settings.images = {{"tiny", "tiny:1.0"}, {"tiny-before", "tiny:0.9"}};
  // Outside of a cluster the controller does not try the admission policies, which the model does not have.
  config.kubeconfig = "simulated";
  return Platform{std::move(config), *std::move(catalogue)};
}

World::World(const Platform& platform, std::uint64_t seed, Faults given, Tampering tampered, bool keep_trace)
    : tampering(std::move(tampered)),
      random(seed),
      trace(keep_trace),
      faults(given),
      cluster(agenda, random, api),
      watches(api, agenda, trace, random, faults, tampering),
      wire(agenda, trace, random, api, watches, faults, tampering),
      helm(agenda, random, api, wire, faults, tampering),
      platform_(platform),
      process_random_(seed ^ 0x5afef1ee7ULL) {
  machine() = {.random = &process_random_};
  current_trace() = &trace;
  current_network() = &wire;
  current_helm() = &helm;
  wire.site = [this](const std::string& host, const http::Request& request) {
    return cluster.visit(host, request);
  };
  if (random.chance(faults.binding_unknown)) api.binding_lag = random.between(100, 2000);
  books.quotas = {{"default", 100}, {"blue", 100}};
  for (const auto* name : {"storefleet-system", "storefleet-probe", "kube-system"})
    kubectl("POST", k8s::kNamespace, {}, json::object{{"metadata", {{"name", name}}}});
}

World::~World() {
  places_.clear();
  machine() = {};
  current_trace() = nullptr;
  current_network() = nullptr;
  current_helm() = nullptr;
}

Answer World::kubectl(std::string method, const k8s::Resource& kind, const k8s::ObjectName& name,
                      const json::value& body, std::string_view subresource) {
  const bool patch = method == "PATCH";
  auto answer = api.answer({"kubectl", std::move(method), k8s::object_path(kind, name, subresource),
                            patch ? "application/merge-patch+json" : "application/json",
                            body.is_null() ? "" : json::serialize(body)});
  return answer;
}

void World::start(const std::string& name) {
  places_.push_back(std::make_unique<Place>(name));
  launch(*places_.back());
}

void World::stop(const std::string& name) {
  for (const auto& place : places_)
    if (place->name == name && place->process) place->process->stop();
}

void World::launch(Place& place) {
  auto station = std::make_shared<Station>();
  station->name = place.name;
  if (place.name.starts_with('b')) station->clock_rush = tampering.clock_rush;
  connections_.push_back(std::make_unique<Sql>(books, agenda, trace, random, faults, tampering, station));
  trace.add(place.name, "starts");
  place.process =
      std::make_unique<Process>(station, platform_.config, platform_.catalogue, *connections_.back());
}

void World::run_processes() {
  for (const auto& place : places_) {
    auto* process = place->process.get();
    if (process == nullptr) continue;
    auto& station = process->station();
    station.dying = station.dying || (station.killed_at != 0 && machine().now >= station.killed_at);
    if (!station.dying && machine().now < station.stopped_until) continue;
    if (!station.dying) {
      wire.running = process->shared_station();
      process->run();
      wire.running = nullptr;
    }
    if (!station.dying && !process->ended()) continue;
    trace.add(place->name, station.dying ? "is killed" : "ended by itself");
    ++deaths;
    place->process.reset();
    // A container starts again under its pod's name; a new pod has another.
    if (!calm_ && random.chance(400)) place->name += '\'';
    agenda.after(random.between(50, calm_ ? 100 : 5000), [this, place = place.get()] { launch(*place); });
  }
}

Millis World::next_time() const {
  auto next = agenda.next().value_or(machine().now + 1000);
  for (const auto& place : places_) {
    if (!place->process) continue;
    const auto wakes = std::max(place->process->wakes(), place->process->station().stopped_until);
    next = std::min(next, wakes);
  }
  return std::max(next, machine().now);
}

/// Once a second: what befalls whole processes.
void World::trouble() {
  for (const auto& place : places_) {
    if (!place->process) continue;
    auto& station = place->process->station();
    // Rather where that hurts: in the middle of what its helper does.
    if (random.chance(helm.works_for(station) ? 10 * faults.pause : faults.pause)) {
      station.stopped_until = machine().now + random.between(1000, 40'000);
      trace.add(station.name, fmt::format("stands still for {} ms", station.stopped_until - machine().now));
    }
    if (random.chance(faults.terminate)) {
      trace.add(station.name, "is asked to end");
      place->process->stop();
      station.killed_at = machine().now + kGrace;
    }
    if (random.chance(faults.clock_jump)) {
      station.wall_offset = random.between(-3'600'000, 3'600'000);
      trace.add(station.name, fmt::format("has a clock that is {} ms off", station.wall_offset));
    }
    if (random.chance(faults.partition)) {
      station.cut_off_until = machine().now + random.between(1000, 40'000);
      trace.add(station.name, fmt::format("is cut off for {} ms", station.cut_off_until - machine().now));
    }
  }
}

void World::pass(Millis duration, const std::function<bool()>& done) {
  const auto end = machine().now + duration;
  auto next_trouble = machine().now + 1000;
  while (machine().now < end) {
    while (agenda.do_one()) {
    }
    run_processes();
    if (done && done()) return;
    if (agenda.next() == machine().now) continue;
    if (!calm_ && machine().now >= next_trouble) {
      trouble();
      next_trouble = machine().now + 1000;
    }
    machine().now = std::min(std::max(next_time(), machine().now + 1), end);
  }
}

void World::calm() {
  calm_ = true;
  trace.add("world", "from here on nothing goes wrong any more");
  faults = {};
  api.binding_lag = 0;
  watches.calm();
  for (const auto& place : places_) {
    if (!place->process) continue;
    auto& station = place->process->station();
    station.stopped_until = station.cut_off_until = station.wall_offset = 0;
  }
}

}  // namespace storefleet::simulation
