#pragma once
#include <string_view>
#include <vector>

#include "simulation/station.hpp"

namespace storefleet::simulation {

/// An operator that is broken on purpose: what it lost, and how. A simulation that does not catch it would
/// not catch the same fault in the real one.
struct Variant {
  std::string_view name;
  std::string_view what;
  Tampering tampering;
};

const std::vector<Variant>& variants();

}  // namespace storefleet::simulation
