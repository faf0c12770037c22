#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/promises.hpp"
#include "simulation/world.hpp"

namespace storefleet::simulation {

struct Outcome {
  std::optional<Broken> broken;
  std::string faults;              // their names
  Millis lasted = 0;               // on the virtual clock
  std::int64_t writes = 0;         // changes of objects
  std::int64_t deaths = 0;         // of processes
  std::uint64_t digest = 0;        // of everything that happened
  std::vector<std::string> trace;  // where it was to be kept
};

/// One run: people and faults for a while, then calm until every store has reached the end that an
/// undisturbed run has. The same seed gives the same run.
Outcome run_seed(const Platform& platform, std::uint64_t seed, const Tampering& tampering, bool keep_trace);

}  // namespace storefleet::simulation
