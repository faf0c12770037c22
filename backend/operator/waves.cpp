#include "operator/waves.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json.hpp"
#include "base/log.hpp"
#include "operator/decisions/summarize.hpp"

namespace storefleet::store_operator {
namespace {

/// What a store that was down before gets to come back in.
constexpr std::chrono::minutes kPatience{2};
/// How many stores of an engine say that they wait for their image.
constexpr std::ptrdiff_t kToldOfImages = 10;

/// Whether what is deployed is whole, and not what is wanted now.
bool is_behind(const Observed& observed) {
  return !observed.spec_error && observed.release && observed.release->digest != 0 &&
         observed.release->digest != observed.desired.release_digest;
}

/// Whether the store's own team has asked for something that is not deployed.
bool is_asked_for(const Observed& observed) {
  if (observed.release->spec != 0) return observed.release->spec != observed.desired.spec_digest;
  // The record of an older platform, which did not note it.
  const auto& spec = observed.store.spec;
  const auto& served = observed.store.status.releases;
  return served.empty() || served.front().plan != spec.plan || served.front().values != spec.values ||
         (!spec.engine_version.empty() && served.front().engine_version != spec.engine_version) ||
         observed.store.status.phase == Phase::kSleeping;
}

/// Whether it is so by nothing that the store's own team has changed.
bool is_behind_by_platform(const Observed& observed) {
  const auto& store = observed.store;
  return is_behind(observed) && !is_asked_for(observed) && store.status.ready_seconds &&
         !store.deletion_requested_at && !store.spec.asleep;
}

/// Whether the store is as it was told to be: the change came through.
bool is_back(const StoreStatus& status) {
  return (status.phase == Phase::kReady || status.phase == Phase::kSleeping) &&
         find_condition(status, kUpgradingCondition) == nullptr;
}

}  // namespace

Waves::Waves(Options options, ImageCheck image_lacks, Call call)
    : options_(options), image_lacks_(std::move(image_lacks)), call_(std::move(call)) {}

Waves::Engine& Waves::engine_for(const Store& store) {
  engine_of_[store.name] = store.spec.engine;
  return engines_[store.spec.engine];
}

std::optional<Wave> Waves::wave_of(const Observed& observed, const StoreStatus& known, TimePoint now) {
  const auto& store = observed.store;
  const bool behind = is_behind_by_platform(observed);
  bool waits = false;
  if (const auto found = engines_.find(store.spec.engine); found != engines_.end()) {
    auto& engine = found->second;
    give_up_on_the_dead(engine, now);
    waits = engine.waiting.contains(store.name);
    const auto turn = engine.away.find(store.name);
    // Another leader let it go, and there is another change by now: from the beginning.
    const bool outdated =
        turn != engine.away.end() && !turn->second.by_this_leader && !turn->second.failed && behind;
    if (turn != engine.away.end() && !outdated) return go_on(observed, turn->second);
    if (outdated) engine.away.erase(turn);
    waits = waits || outdated;
  }
  // What somebody changed by hand is being put back, and it goes on waiting.
  const bool serves = known.phase == Phase::kReady || (waits && known.phase == Phase::kUpdating);
  if (behind) return take_turn(observed, serves, now);
  forget(store.name);
  return std::nullopt;
}

std::optional<Wave> Waves::go_on(const Observed& observed, Turn& turn) {
  turn.by_this_leader = true;
  if (turn.spec == 0) turn.spec = observed.desired.spec_digest;
  if (!turn.failed && turn.spec != observed.desired.spec_digest) {
    forget(observed.store.name);  // what its team changes meanwhile is not the platform's
    return std::nullopt;
  }
  // Also one whose upgrade was cut short, of which the record then says nothing.
  if (observed.release && observed.release->digest != observed.desired.release_digest)
    if (auto why = held_by_platform(observed); !why.empty()) return Wave{std::move(why)};
  return turn.served ? std::optional(Wave{}) : std::nullopt;
}

/// What a store's team reads: other stores are not named, and nothing that changes every moment.
std::optional<Wave> Waves::take_turn(const Observed& observed, bool serves, TimePoint now) {
  const auto& store = observed.store;
  auto& engine = engine_for(store);
  const bool stopped =
      std::ranges::any_of(engine.away, [](const auto& entry) { return entry.second.failed; });
  auto held = held_by_platform(observed);
  const bool for_image = !held.empty() && !options_.paused;
  std::string why;
  if (options_.paused) why = held;
  if (why.empty() && stopped) why = "Upgrades of this engine's stores have stopped: one did not come back.";
  if (why.empty() && room(engine, options_.at_once) == 0) why = "Other stores are upgraded first.";
  if (why.empty()) why = std::move(held);
  if (!why.empty()) {
    engine.waiting[store.name] = {.for_image = for_image};
    // Images come and go with nodes: not every status says so each time.
    const auto before = std::distance(engine.waiting.begin(), engine.waiting.find(store.name));
    if (for_image && before >= kToldOfImages) why = "Other stores are upgraded first.";
    return Wave{std::move(why)};
  }
  engine.waiting.erase(store.name);
  engine.away[store.name] = {
      .served = serves, .by_this_leader = true, .spec = observed.desired.spec_digest, .since = now};
  return serves ? std::optional(Wave{}) : std::nullopt;
}

std::string Waves::held_by_platform(const Observed& observed) const {
  if (options_.paused) return "Upgrades of stores are paused by the platform's settings.";
  const auto image = string_at(observed.desired.values, {"image", "reference"}).value_or("");
  return image_lacks_(image).value_or("");
}

std::size_t Waves::room(const Engine& engine, std::size_t at_once) {
  const auto most = engine.first_is_back ? at_once : 1;
  const auto away = static_cast<std::size_t>(
      std::ranges::count_if(engine.away, [](const auto& entry) { return !entry.second.given_up; }));
  return most > away ? most - away : 0;
}

void Waves::give_up_on_the_dead(Engine& engine, TimePoint now) {
  bool given_up = false;
  for (auto& [name, turn] : engine.away) {
    if (turn.served || turn.given_up || now < turn.since + kPatience) continue;
    turn.given_up = given_up = true;
  }
  if (given_up) call_some(engine);
}

void Waves::note(const Store& store, const StoreStatus& status) {
  if (store.deletion_requested_at || status.phase == Phase::kSleeping) {
    forget(store.name);
    return;
  }
  if (!engine_of_.contains(store.name)) {
    const auto* condition = find_condition(status, kUpgradingCondition);
    if (condition == nullptr) return;
    // Another leader let it go, or let it wait.
    auto& engine = engine_for(store);
    if (!condition->status) engine.waiting[store.name] = {};
    if (condition->status) engine.away[store.name] = {};
  }
  auto& engine = engines_[store.spec.engine];
  const auto found = engine.away.find(store.name);
  if (found == engine.away.end()) return;
  auto& turn = found->second;
  if (is_back(status)) {
    engine.first_is_back = true;
    forget(store.name);
  } else if (!turn.failed && turn.served && status.failure && !waits_for_person(status.failure->code)) {
    turn.failed = true;
    log_error("upgrades of stores have stopped: one did not come back",
              {{"engine", store.spec.engine},
               {"store", store.name},
               {"failure", std::string(to_string(status.failure->code))}});
    call_all(engine);
  }
}

void Waves::forget(const std::string& store) {
  const auto known = engine_of_.find(store);
  if (known == engine_of_.end()) return;
  auto& engine = engines_[known->second];
  engine_of_.erase(known);
  const auto turn = engine.away.find(store);
  const bool stopped = turn != engine.away.end() && turn->second.failed;
  engine.away.erase(store);
  engine.waiting.erase(store);
  stopped ? call_all(engine) : call_some(engine);
}

void Waves::look_again() {
  for (const auto& [name, engine] : engines_) {
    call_all(engine);
    for (const auto& [store, turn] : engine.away) call_(store);
  }
}

void Waves::call_some(const Engine& engine) const {
  auto left = room(engine, options_.at_once);
  for (const auto& [store, waiting] : engine.waiting) {
    if (left == 0) return;
    if (waiting.for_image) continue;
    call_(store);
    --left;
  }
}

void Waves::call_all(const Engine& engine) const {
  for (const auto& [store, waiting] : engine.waiting) call_(store);
}

std::map<std::string, Waves::Numbers> Waves::numbers() const {
  std::map<std::string, Numbers> numbers;
  for (const auto& [name, engine] : engines_) {
    const auto failed =
        std::ranges::count_if(engine.away, [](const auto& entry) { return entry.second.failed; });
    numbers[name] = {.waiting = engine.waiting.size(),
                     .under_way = engine.away.size(),
                     .stopped = static_cast<std::size_t>(failed)};
  }
  return numbers;
}

}  // namespace storefleet::store_operator
