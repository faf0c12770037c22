#pragma once
#include <string>

#include "simulation/world.hpp"

namespace storefleet::simulation {

/// Everything that there is of the store of that name, as text in which the ids that differ from run to run
/// do not stand: what two runs must agree on in the end, line by line. Empty where there is no such Store.
std::string end_state(const World& world, const std::string& store);

/// What is left of a store of that UID where there should be nothing; empty where there is nothing.
std::string leftovers(const World& world, const std::string& uid);

/// The first line in which two such texts differ.
std::string difference(const std::string& wanted, const std::string& found);

}  // namespace storefleet::simulation
