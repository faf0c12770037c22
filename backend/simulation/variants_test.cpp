// That the simulation finds faults: every operator that is broken on purpose is caught.
#include "simulation/variants.hpp"

#include <gtest/gtest.h>

#include "simulation/run.hpp"

namespace storefleet::simulation {
namespace {

constexpr std::uint64_t kSeeds = 300;

class Caught : public ::testing::TestWithParam<Variant> {};

TEST_P(Caught, WithinThreeHundredSeeds) {
  const auto platform = load_platform(STOREFLEET_REPOSITORY "/tests/integration/engines");
  ASSERT_TRUE(platform) << platform.error().message;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto outcome = run_seed(*platform, seed, GetParam().tampering, false);
    if (!outcome.broken) continue;
    RecordProperty("seed", static_cast<int>(seed));
    std::printf("seed %d: %s is broken: %s\n", static_cast<int>(seed), outcome.broken->promise.c_str(),
                outcome.broken->how.c_str());
    return;
  }
  FAIL() << GetParam().what << ", and no seed shows it";
}

std::string name_of(const ::testing::TestParamInfo<Variant>& variant) {
  std::string name(variant.param.name);
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Simulation, Caught, ::testing::ValuesIn(variants()), name_of);

}  // namespace
}  // namespace storefleet::simulation
