#include "simulation/faults.hpp"

#include <array>

namespace storefleet::simulation {
namespace {

struct Kind {
  std::string_view name;
  std::int64_t Faults::* field;
  std::int64_t seldom;
  std::int64_t often;
};

constexpr auto kKinds = std::to_array<Kind>({
    {"refused requests", &Faults::refused, 5, 100},
    {"5xx", &Faults::server_error, 5, 100},
    {"429", &Faults::throttled, 5, 100},
    {"409", &Faults::conflict, 5, 100},
    {"lost answers", &Faults::lost_answer, 5, 100},
    {"requests sent twice", &Faults::twice, 20, 200},
    {"slow requests", &Faults::slow, 5, 50},
    {"slow watches", &Faults::watch_slow, 100, 500},
    {"broken watches", &Faults::watch_breaks, 5, 100},
    {"lost events", &Faults::watch_lost, 5, 50},
    {"doubled events", &Faults::watch_twice, 50, 300},
    {"stale lists", &Faults::stale_list, 200, 1000},
    {"late role bindings", &Faults::binding_unknown, 1000, 1000},
    {"crashes", &Faults::crash, 5, 50},
    {"pauses", &Faults::pause, 5, 30},
    {"terminations", &Faults::terminate, 5, 50},
    {"clock jumps", &Faults::clock_jump, 10, 100},
    {"partitions", &Faults::partition, 5, 30},
    {"dying helpers", &Faults::helper_dies, 20, 300},
    {"hanging helpers", &Faults::helper_hangs, 20, 200},
    {"SQL errors", &Faults::sql_error, 20, 500},
    {"lost SQL answers", &Faults::sql_lost, 20, 300},
});

}  // namespace

Faults faults_of(Random& random, std::string& what) {
  Faults faults;
  faults.latency = random.between(1, 8);
  faults.watch_delay = random.between(1, 60);
  const auto add = [&](std::string_view name) { what += (what.empty() ? "" : ", ") + std::string(name); };
  if (random.chance(600)) {
    faults.crash_write = random.between(1, 70);
    add("a crash after write " + std::to_string(faults.crash_write));
  }
  for (auto count = random.between(0, 4); count > 0; --count) {
    const auto& kind = kKinds.at(static_cast<std::size_t>(random.below(std::ssize(kKinds))));
    if (faults.*kind.field != 0) continue;
    faults.*kind.field = random.chance(600) ? kind.seldom : kind.often;
    add(kind.name);
  }
  return faults;
}

}  // namespace storefleet::simulation
