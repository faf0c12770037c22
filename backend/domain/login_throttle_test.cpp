#include "domain/login_throttle.hpp"

#include <gtest/gtest.h>

namespace storefleet::inline domain {
namespace {

using namespace std::chrono_literals;

const TimePoint kNow = parse_time("2026-11-24T12:00:00Z").value();

/// So many failures, a second apart, the last one `age` ago; newest first.
std::vector<TimePoint> failures(std::size_t count, std::chrono::seconds age = 0s) {
  std::vector<TimePoint> times;
  for (std::size_t i = 0; i < count; ++i) times.push_back(kNow - age - std::chrono::seconds(i));
  return times;
}

LoginKeys keys(const std::string& trusted = {}) {
  return keys_of({.name = "n", .address = "192.0.2.1", .trusted = trusted});
}

TEST(LoginThrottleTest, OnlyThisNameFromThisAddressIsRefused) {
  struct Case {
    std::string what;
    RecentFailures failures;
    bool trusted;
    bool allowed;
    std::chrono::milliseconds delay;
    std::chrono::seconds retry_after;
  };
  const Case cases[] = {
      {"nothing failed", {}, false, true, 0ms, 0s},
      {"nine of the pair", {.pair = failures(9)}, false, true, 0ms, 0s},
      {"ten of the pair", {.pair = failures(10)}, false, false, 0ms, 891s},
      {"ten, the tenth long ago", {.pair = failures(10, 900s)}, false, true, 0ms, 0s},
      {"ten, of which one leaves the window in a second",
       {.pair = failures(10, 890s)},
       false,
       false,
       0ms,
       1s},
      {"fifty of the address", {.address = failures(50)}, false, false, 0ms, 851s},
      {"49 of the address", {.address = failures(49)}, false, true, 0ms, 0s},
      {"20 of the name", {.name = failures(20)}, false, true, 0ms, 0s},
      {"23 of the name", {.name = failures(23)}, false, true, 300ms, 0s},
      {"very many of the name", {.name = failures(500)}, false, true, 2s, 0s},
      {"a trusted place: no delay, no refusal",
       {.name = failures(500), .address = failures(50), .pair = failures(10)},
       true,
       true,
       0ms,
       0s},
      {"a trusted place that guesses is none", {.trusted = failures(10)}, true, true, 0ms, 0s},
      {"nor does it help then",
       {.name = failures(30), .pair = failures(10), .trusted = failures(10)},
       true,
       false,
       0ms,
       891s},
  };
  for (const auto& one : cases) {
    const auto verdict = judge_login(keys(one.trusted ? "device" : ""), one.failures, kNow);
    EXPECT_EQ(verdict.allowed, one.allowed) << one.what;
    EXPECT_EQ(verdict.delay, one.delay) << one.what;
    EXPECT_EQ(verdict.retry_after, one.retry_after) << one.what;
  }
}

TEST(LoginThrottleTest, ATrustedPlaceDoesNotCountAgainstItsAddress) {
  const auto trusted = counted_keys(keys("device"), TryStanding::kTrusted);
  EXPECT_EQ(trusted, (std::vector<std::string>{"trusted/device", "name/n"}));
  const auto ordinary = counted_keys(keys("device"), TryStanding::kOrdinary);
  EXPECT_EQ(ordinary, (std::vector<std::string>{"pair/192.0.2.1/n", "address/192.0.2.1", "name/n"}));
}

}  // namespace
}  // namespace storefleet::inline domain
