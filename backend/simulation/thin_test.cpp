// One store on virtual time, without faults: created, Ready, deleted, gone.
#include <chrono>

#include <gtest/gtest.h>

#include "simulation/end_state.hpp"
#include "simulation/world.hpp"

namespace storefleet::simulation {
namespace {

TEST(Simulation, MakesAStoreReadyAndRemovesIt) {
  const auto platform = load_platform(STOREFLEET_REPOSITORY "/tests/integration/engines");
  ASSERT_TRUE(platform) << platform.error().message;
  World world(*platform, 1, Faults{}, Tampering{}, false);
  world.start("a");
  world.kubectl("POST", k8s::kStore, {},
                json::object{{"metadata", {{"name", "demo"}}},
                             {"spec", {{"engine", "tiny"}, {"plan", "small"}, {"team", "default"}}}});
  const auto phase = [&] {
    const auto* store = world.api.find("stores", {"", "demo"});
    return store == nullptr ? std::string() : string_or(*store, {"status", "phase"});
  };
  world.pass(60'000, [&] { return phase() == "Ready"; });
  EXPECT_EQ(phase(), "Ready");
  const auto uid = std::string(k8s::meta_uid(*world.api.find("stores", {"", "demo"})));
  world.kubectl("DELETE", k8s::kStore, {"", "demo"}, {});
  world.pass(60'000, [&] { return world.api.find("stores", {"", "demo"}) == nullptr; });
  EXPECT_EQ(world.api.find("stores", {"", "demo"}), nullptr);
  EXPECT_EQ(leftovers(world, uid), "");
}

TEST(Simulation, AnotherLeadsSoonAfterALeaderIsAskedToEnd) {
  const auto platform = load_platform(STOREFLEET_REPOSITORY "/tests/integration/engines");
  ASSERT_TRUE(platform) << platform.error().message;
  World world(*platform, 1, Faults{}, Tampering{}, false);
  world.start("a");
  world.start("b");
  const auto holder = [&] {
    const auto leases = world.api.all("leases");
    return leases.empty() ? std::string() : string_or(*leases.front(), {"spec", "holderIdentity"});
  };
  world.pass(10'000, {});
  const auto first = holder();
  const std::string other = first == "a" ? "b" : "a";
  world.stop(first);
  world.pass(2000, [&] { return holder() == other; });
  EXPECT_EQ(holder(), other);
}

}  // namespace
}  // namespace storefleet::simulation
