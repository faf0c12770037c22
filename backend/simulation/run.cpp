#include "simulation/run.hpp"

#include <algorithm>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "engines/objects.hpp"
#include "simulation/end_state.hpp"
#include "simulation/people.hpp"

namespace storefleet::simulation {
namespace {

/// How long a run may take from the last fault to the end: a lease that runs out, and the longest pause
/// between two tries. The ledger is made right once a minute, of what is older than a minute.
constexpr Millis kSettleWithin = 240'000;
/// Until a leader has looked at what the one before has left, and has said what it found.
constexpr Millis kTakeOver = 20'000;
constexpr Millis kRest = 30'000;

std::string phase_of(const World& world, const std::string& name) {
  const auto* store = world.api.find("stores", {"", name});
  return store == nullptr ? "" : string_or(*store, {"status", "phase"});
}

std::string namespace_of(const World& world, const std::string& name) {
  const auto* store = world.api.find("stores", {"", name});
  return store == nullptr ? "" : engines::namespace_of(engines::store_id_from_uid(k8s::meta_uid(*store)));
}

bool at_rest(const std::string& phase) {
  return phase.empty() || phase == "Ready" || phase == "Sleeping" || phase == "Retained";
}

/// The end of a store that nobody and nothing disturbed: created as it is now, and where it had been Ready,
/// Ready before it sleeps or is kept.
std::string undisturbed(const Platform& platform, const json::value& store) {
  World world(platform, 7, Faults{}, Tampering{}, false);
  world.start("a");
  const std::string name = "undisturbed";
  auto spec = object_at(store, {"spec"});
  if (spec.contains("hosts")) spec["hosts"] = People::further_hosts(name);
  const bool was_ready = find_at(store, {"status", "readySeconds"}) != nullptr;
  auto first = spec;
  if (was_ready) first["asleep"] = false;
  world.kubectl(
      "POST", k8s::kStore, {},
      json::object{{"metadata", {{"name", name}, {"finalizers", json::array{kFinalizer}}}}, {"spec", first}});
  // One that never was Ready is kept as far as it came, without anything in its volumes.
  if (k8s::has_deletion_timestamp(store) && !was_ready) {
    world.pass(60'000,
               [&] { return world.api.find("namespaces", {"", namespace_of(world, name)}) != nullptr; });
    world.kubectl("DELETE", k8s::kStore, {"", name}, {});
  }
  const auto settled = [&] {
    const auto* now = world.api.find("stores", {"", name});
    return now == nullptr || (at_rest(phase_of(world, name)) && int_or(*now, {"status", "observedGeneration"},
                                                                       0) == k8s::meta_generation(*now));
  };
  world.pass(120'000, settled);
  if (was_ready && bool_or(store, {"spec", "asleep"}, false)) {
    world.kubectl("PATCH", k8s::kStore, {"", name}, json::object{{"spec", {{"asleep", true}}}});
    world.pass(120'000, settled);
  } else {
    world.kubectl("PATCH", k8s::kStore, {"", name}, json::object{{"spec", spec}});
  }
  if (k8s::has_deletion_timestamp(store)) {
    world.kubectl("DELETE", k8s::kStore, {"", name}, {});
    world.pass(120'000, [&] { return phase_of(world, name) == "Retained"; });
  }
  world.pass(20'000, {});
  return end_state(world, name);
}

/// The same, made once for each kind of store.
class Ends {
 public:
  const std::string& of(const Platform& platform, const json::value& store) {
    auto spec = object_at(store, {"spec"});
    if (spec.contains("hosts")) spec["hosts"] = "further";
    const auto key = fmt::format("{} {} {}", json::serialize(spec), k8s::has_deletion_timestamp(store),
                                 find_at(store, {"status", "readySeconds"}) != nullptr);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    std::string text;
    // A world needs its thread for itself.
    std::thread([&] { text = undisturbed(platform, store); }).join();
    return known_.emplace(key, std::move(text)).first->second;
  }

 private:
  std::map<std::string, std::string> known_;
};

Ends& ends() {
  static Ends all;
  return all;
}

/// Why a run has not come to its end yet; nothing where it has.
std::optional<Broken> unfinished(const Platform& platform, const World& world, const People& people) {
  for (const auto& name : people.names()) {
    const auto phase = phase_of(world, name);
    if (at_rest(phase)) continue;
    const auto failure =
        string_or(*world.api.find("stores", {"", name}), {"status", "failure", "code"}, "no failure");
    return Broken{"reaches-end", fmt::format("{} is {} with {}", name, phase, failure)};
  }
  for (const auto& volume : world.api.all("persistentvolumes")) {
    const auto ns = string_or(*volume, {"spec", "claimRef", "namespace"});
    if (world.api.find("namespaces", {"", ns}) == nullptr)
      return Broken{"no-orphan", fmt::format("{} of {} is left", k8s::meta_name(*volume), ns)};
  }
  std::size_t stores = 0;
  for (const auto& name : people.names()) {
    const auto* store = world.api.find("stores", {"", name});
    if (store == nullptr) continue;
    ++stores;
    const auto& wanted = ends().of(platform, *store);
    const auto different = difference(wanted, end_state(world, name));
    if (!different.empty()) return Broken{"as-undisturbed", fmt::format("{}\n{}", name, different)};
  }
  const auto places = std::ranges::count_if(
      world.books.places, [](const auto& place) { return !place.second.claim.store_uid.empty(); });
  if (static_cast<std::size_t>(places) != stores)
    return Broken{"ledger-equals-stores", fmt::format("{} places for {} stores", places, stores)};
  return std::nullopt;
}

std::optional<Broken> run(const Platform& platform, World& world) {
  Promises promises(world);
  People people(world);
  const auto broken = [&] { return promises.broken().has_value(); };
  const auto time = world.random.between(15'000, 90'000);
  people.plan(time);
  world.start("a");
  if (world.random.chance(500)) world.start("b");
  world.pass(time, broken);
  if (broken()) return promises.broken();
  world.calm();
  const auto end = machine().now + kSettleWithin;
  std::optional<Broken> left;
  do {
    world.pass(1000, broken);
    if (broken()) return promises.broken();
    left = unfinished(platform, world, people);
  } while (left && machine().now < end);
  if (left) {
    promises.note(left->promise, left->how);
    return promises.broken();
  }
  world.pass(kTakeOver, broken);
  if (left = unfinished(platform, world, people); left) promises.note(left->promise, left->how);
  if (broken()) return promises.broken();
  const auto before = world.wire.writes_for_stores;
  world.pass(kRest, broken);
  if (world.wire.writes_for_stores != before)
    promises.note("rest-is-quiet", "something is written though nothing is to be done");
  return promises.broken();
}

}  // namespace

Outcome run_seed(const Platform& platform, std::uint64_t seed, const Tampering& tampering, bool keep_trace) {
  Outcome outcome;
  // A thread of its own: what the operator keeps in thread-local variables begins anew.
  std::thread([&] {
    Random random(seed);
    const auto faults = faults_of(random, outcome.faults);
    World world(platform, random.next(), faults, tampering, keep_trace);
    outcome.broken = run(platform, world);
    outcome.lasted = machine().now;
    outcome.writes = static_cast<std::int64_t>(world.api.version());
    outcome.deaths = world.deaths;
    outcome.digest = world.trace.digest();
    outcome.trace = world.trace.lines();
  }).join();
  return outcome;
}

}  // namespace storefleet::simulation
