#include "operator/waves.hpp"

#include <algorithm>
#include <limits>
#include <ranges>
#include <utility>

#include "base/json.hpp"
#include "base/log.hpp"

namespace storefleet::store_operator {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::ptrdiff_t>::max();

/// Whether what is deployed is whole, and not what the platform wants now.
bool is_behind(const Observed& observed) {
  return !observed.spec_error && observed.release && observed.release->digest != 0 &&
         observed.release->digest != observed.desired.release_digest;
}

bool is_under_way(const StoreStatus& status) {
  return std::ranges::any_of(status.conditions, [](const Condition& condition) {
    return condition.type == kUpgradingCondition && condition.status;
  });
}

/// Whether the store is as it was told to be: a change came through.
bool is_back(const StoreStatus& status) {
  return status.phase == Phase::kReady || status.phase == Phase::kSleeping;
}

}  // namespace

Waves::Waves(Options options, ImageCheck image_lacks, Call call)
    : options_(options), image_lacks_(std::move(image_lacks)), call_(std::move(call)) {}

std::optional<Wave> Waves::wave_of(const Observed& observed, const StoreStatus& known) {
  const auto& store = observed.store;
  const auto found = engines_.find(store.spec.engine);
  const bool has_turn = found != engines_.end();
  if (has_turn && found->second.under_way.contains(store.name)) return Wave{};
  // What somebody changed by hand is being put back, and it goes on waiting.
  const bool waits = has_turn && found->second.waiting.contains(store.name);
  const bool serves = known.phase == Phase::kReady || (waits && known.phase == Phase::kUpdating);
  const bool by_platform = is_behind(observed) && known.observed_generation == store.generation &&
                           !store.deletion_requested_at && !store.spec.asleep;
  if (!by_platform || (!serves && known.phase != Phase::kDegraded)) {
    forget(store.name);
    return std::nullopt;
  }
  auto& engine = engines_[store.spec.engine];
  engine_of_[store.name] = store.spec.engine;
  if (engine.down.contains(store.name)) return std::nullopt;
  if (auto why = reason_to_wait(engine, observed); !why.empty()) {
    engine.waiting.insert(store.name);
    return Wave{std::move(why)};
  }
  engine.waiting.erase(store.name);
  (serves ? engine.under_way : engine.down).insert(store.name);
  return serves ? std::optional(Wave{}) : std::nullopt;
}

/// What a store's team reads: other stores are not named.
std::string Waves::reason_to_wait(const Engine& engine, const Observed& observed) const {
  if (options_.paused) return "Upgrades of stores are paused by the platform's settings.";
  if (auto lacks = image_lacks_(string_at(observed.desired.values, {"image", "reference"}).value_or("")))
    return *std::move(lacks);
  if (!engine.not_back.empty())
    return "Upgrades of this engine's stores have stopped: one did not come back.";
  return room(engine) > 0 ? "" : "Other stores are upgraded first.";
}

std::size_t Waves::room(const Engine& engine) const {
  if (!engine.not_back.empty()) return 0;
  const auto at_once = engine.first_is_back ? options_.at_once : 1;
  const auto away = engine.under_way.size() + engine.down.size();
  return at_once > away ? at_once - away : 0;
}

void Waves::note(const Store& store, const StoreStatus& status) {
  auto found = engines_.find(store.spec.engine);
  const bool known = found != engines_.end() && found->second.under_way.contains(store.name);
  if (!known) {
    if (!is_under_way(status) || is_back(status)) return;
    // Another leader let it go.
    found = engines_.try_emplace(store.spec.engine).first;
    found->second.under_way.insert(store.name);
    engine_of_[store.name] = store.spec.engine;
  }
  auto& engine = found->second;
  if (is_back(status)) {
    if (status.phase == Phase::kReady) engine.first_is_back = true;
    forget(store.name);
  } else if (store.deletion_requested_at) {
    forget(store.name);
  } else if (!status.failure) {
    if (engine.not_back.erase(store.name) > 0) call_waiting(engine, kAll);
  } else if (engine.not_back.insert(store.name).second) {
    log_error("upgrades of stores have stopped: one did not come back",
              {{"engine", store.spec.engine},
               {"store", store.name},
               {"failure", std::string(to_string(status.failure->code))}});
    call_waiting(engine, kAll);  // their status says so
  }
}

void Waves::forget(const std::string& store) {
  const auto known = engine_of_.find(store);
  if (known == engine_of_.end()) return;
  auto& engine = engines_[known->second];
  engine_of_.erase(known);
  for (auto* set : {&engine.waiting, &engine.under_way, &engine.down}) set->erase(store);
  const bool goes_on = engine.not_back.erase(store) > 0;
  call_waiting(engine, goes_on ? kAll : room(engine));
}

void Waves::look_again() {
  for (const auto& [name, engine] : engines_) call_waiting(engine, kAll);
}

void Waves::call_waiting(const Engine& engine, std::size_t most) const {
  for (const auto& store : engine.waiting | std::views::take(most)) call_(store);
}

std::map<std::string, Waves::Numbers> Waves::numbers() const {
  std::map<std::string, Numbers> numbers;
  for (const auto& [name, engine] : engines_)
    numbers[name] = {.waiting = engine.waiting.size(),
                     .under_way = engine.under_way.size() + engine.down.size(),
                     .stopped = engine.not_back.size()};
  return numbers;
}

}  // namespace storefleet::store_operator
