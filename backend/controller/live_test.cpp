// Against a real API server: set STOREFLEET_TEST_KUBECONFIG to the path of a kubeconfig that may do anything.
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "controller/leader_election.hpp"
#include "controller/watch_cache.hpp"
#include "k8s/testing.hpp"

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;

class LiveTest : public k8s::testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    const char* path = std::getenv("STOREFLEET_TEST_KUBECONFIG");  // NOLINT(concurrency-mt-unsafe)
    if (path == nullptr) GTEST_SKIP() << "STOREFLEET_TEST_KUBECONFIG is not set";
    const auto config = k8s::load_kubeconfig(path);
    ASSERT_TRUE(config) << config.error().message;
    client_ = *k8s::Client::create(context_.get_executor(), *config);
  }

  LeaderElectionOptions candidate(const std::string& identity) const {
    LeaderElectionOptions options;
    options.lease = {"default", lease_};
    options.identity = identity;
    options.lease_duration = milliseconds(2000);
    options.renew_deadline = milliseconds(1500);
    options.retry_period = milliseconds(100);
    return options;
  }

  const std::string lease_ = "test-" + random_base32(8);
};

TEST_F(LiveTest, LeadershipPassesOnByReleaseAndByExpiry) {
  LeaderElection first(*client_, candidate("first"));
  LeaderElection second(*client_, candidate("second"));
  LeaderElection third(*client_, candidate("third"));
  ASSERT_TRUE(get(first.acquire()));
  std::optional<Result<void>> acquired;
  TaskScope scope(context_.get_executor());
  scope.spawn("hold", first.hold_until_lost());
  scope.spawn("acquire", store(second.acquire(), acquired));
  EXPECT_FALSE(run_until([&, until = std::chrono::steady_clock::now() + milliseconds(4000)] {
                 return second.leading() || std::chrono::steady_clock::now() > until;
               }) &&
               second.leading());
  EXPECT_TRUE(first.leading());
  run(first.release());
  ASSERT_TRUE(run_until([&] { return second.leading(); }));
  EXPECT_EQ(second.epoch(), first.epoch() + 1);
  run(scope.join());
  // `second` is not renewed any more, as if its process had died.
  ASSERT_TRUE(get(third.acquire()));
  EXPECT_EQ(third.epoch(), second.epoch() + 1);
  run(second.hold_until_lost());
  EXPECT_FALSE(second.leading());
  EXPECT_TRUE(get(client_->remove(k8s::kLease, {"default", lease_})));
}

TEST_F(LiveTest, ACacheFollowsTheServer) {
  ReflectorOptions options;
  options.ns = "default";
  options.label_selector = "test=" + lease_;
  options.page_size = 2;
  const auto project = [](const json::value& object) {
    return std::optional(string_or(object, {"data", "key"}));
  };
  WatchCache<std::string> cache(*client_, k8s::kConfigMap, options, project);
  const auto object = [this](int i) {
    return json::object{{"metadata", json::object{{"labels", json::object{{"test", lease_}}}}},
                        {"data", json::object{{"key", std::to_string(i)}}}};
  };
  const auto name = [this](int i) { return k8s::ObjectName{"default", fmt::format("{}-{}", lease_, i)}; };
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get(client_->apply(k8s::kConfigMap, name(i), object(i))));
  TaskScope scope(context_.get_executor());
  scope.spawn("cache", cache.run());
  run(cache.wait_synced());
  EXPECT_EQ(cache.size(), 5U);
  ASSERT_TRUE(get(client_->apply(k8s::kConfigMap, name(0), object(7))));
  ASSERT_TRUE(get(client_->remove(k8s::kConfigMap, name(1))));
  EXPECT_TRUE(run_until([&] { return cache.size() == 4 && *cache.find(name(0)) == "7"; }));
  for (const int i : {0, 2, 3, 4}) ASSERT_TRUE(get(client_->remove(k8s::kConfigMap, name(i))));
  EXPECT_TRUE(run_until([&] { return cache.size() == 0; }));
  scope.cancel();
  run(scope.join());
}

}  // namespace
}  // namespace storefleet::controller
