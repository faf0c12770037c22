#include "api/rate_limit.hpp"

#include <gtest/gtest.h>

#include "api/testing/api_fixture.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, AllowsTheBurstThenTheRate) {
  RateLimiter limiter({.requests_per_second = 2, .burst = 3});
  RateLimiter::Clock::time_point now;
  for (int left = 2; left >= 0; --left) {
    const auto verdict = limiter.take("ann", now);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, left);
    EXPECT_EQ(verdict.limit, 3);
  }
  const auto refused = limiter.take("ann", now);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.try_after, 1s);
  EXPECT_EQ(refused.reset, 2s);
  EXPECT_TRUE(limiter.take("bob", now).allowed) << "each has their own";
  now += 500ms;
  EXPECT_TRUE(limiter.take("ann", now).allowed);
  EXPECT_FALSE(limiter.take("ann", now).allowed);
  now += 1h;
  EXPECT_EQ(limiter.take("ann", now).remaining, 2) << "never more than the burst";
}

TEST(RateLimiter, ZeroIsNoLimit) {
  RateLimiter limiter({.requests_per_second = 0, .burst = 1});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.take("ann", {}).allowed);
  EXPECT_EQ(limiter.size(), 0U);
  http::Headers headers;
  add_rate_headers(limiter.take("ann", {}), headers);
  EXPECT_EQ(headers.size(), 0U);
}

TEST(RateLimiter, MemoryIsBounded) {
  RateLimiter limiter({.requests_per_second = 1, .burst = 2});
  RateLimiter::Clock::time_point now;
  for (int i = 0; i < 3; ++i) limiter.take("greedy", now);
  for (int i = 0; i < 50'000; ++i) {
    limiter.take("caller-" + std::to_string(i), now);
    ASSERT_LE(limiter.size(), 10'000U);
  }
  EXPECT_FALSE(limiter.take("greedy", now).allowed) << "who asked most is remembered longest";
}

class RateLimitedTest : public ApiTest {
 protected:
  http::Response ask(const std::string& target, const std::string& token, const std::string& address) {
    http::Headers headers;
    if (!token.empty()) headers.set("Authorization", "Bearer " + token);
    auto response =
        handle(limited_, {.target = target, .headers = std::move(headers), .remote_address = address});
    contract_.expect_documented("GET", target, response);
    return response;
  }

  ApiDependencies limited_parts() {
    auto parts = dependencies(registry_);
    parts.rate_limit = {.requests_per_second = 0.001, .burst = 2};
    return parts;
  }

  prometheus::Registry registry_;
  Api limited_{limited_parts()};
};

TEST_F(RateLimitedTest, TooManyRequestsAreRefusedWithATimeToWait) {
  const auto first = ask("/api/v1/engines", "the-token", "10.0.0.1");
  EXPECT_EQ(first.status, 200U);
  EXPECT_EQ(first.headers.get("RateLimit-Limit"), "2");
  EXPECT_EQ(first.headers.get("RateLimit-Remaining"), "1");
  EXPECT_EQ(first.headers.get("RateLimit-Reset"), "1000");
  const auto second = ask("/api/v1/stores/none", "the-token", "10.0.0.2");
  EXPECT_EQ(second.status, 404U);
  EXPECT_EQ(second.headers.get("RateLimit-Remaining"), "0") << "a user has one budget wherever they are";
  const auto third = ask("/api/v1/engines", "the-token", "10.0.0.1");
  EXPECT_EQ(third.status, 429U);
  EXPECT_EQ(code_of(third), "TooManyRequests");
  EXPECT_FALSE(third.headers.get("Retry-After").empty());
  EXPECT_EQ(third.headers.get("RateLimit-Remaining"), "0");
}

TEST_F(RateLimitedTest, WhoIsNotLoggedInCountsByAddress) {
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask("/api/v1/engines", "wrong", "10.0.0.1").status, 401U);
  EXPECT_EQ(ask("/api/v1/engines", "", "10.0.0.1").status, 429U);
  EXPECT_EQ(ask("/api/v1/engines", "", "10.0.0.2").status, 401U);
}

TEST_F(RateLimitedTest, MadeUpTokensDoNotReachTheDatabase) {
  EXPECT_EQ(ask("/api/v1/engines", "made-up-1", "10.0.0.9").status, 401U);
  EXPECT_EQ(ask("/api/v1/engines", "made-up-2", "10.0.0.9").status, 401U);
  EXPECT_EQ(ask("/api/v1/engines", "made-up-3", "10.0.0.9").status, 429U);
  EXPECT_EQ(ask("/api/v1/engines", "made-up-3", "10.0.0.8").status, 401U) << "others are not held up";
}

TEST_F(RateLimitedTest, HealthIsNotCounted) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("/livez", "", "10.0.0.1").status, 200U);
}

TEST_F(ApiTest, WithoutALimitNothingIsSaidOfOne) {
  EXPECT_FALSE(get("/api/v1/engines").headers.contains("RateLimit-Limit"));
}

}  // namespace
}  // namespace storefleet::api
