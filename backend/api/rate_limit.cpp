#include "api/rate_limit.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace storefleet::api {
namespace {

constexpr std::size_t kMostCallers = 10'000;

std::chrono::seconds whole_seconds(double seconds) {
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::max(0.0, seconds))));
}

}  // namespace

double RateLimiter::refilled(const Bucket& bucket, Clock::time_point now) const {
  const auto passed = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(static_cast<double>(limit_.burst), bucket.tokens + passed * limit_.requests_per_second);
}

/// A full bucket says nothing that a new one would not. Where none is, half of them go, fullest first.
void RateLimiter::make_room(Clock::time_point now) {
  const auto full = static_cast<double>(limit_.burst);
  std::erase_if(buckets_, [&](const auto& entry) { return refilled(entry.second, now) >= full; });
  if (buckets_.size() < kMostCallers) return;
  std::vector<double> levels;
  levels.reserve(buckets_.size());
  for (const auto& [caller, bucket] : buckets_) levels.push_back(refilled(bucket, now));
  const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
  std::ranges::nth_element(levels, middle);
  std::erase_if(buckets_, [&](const auto& entry) { return refilled(entry.second, now) >= *middle; });
}

RateLimiter::Verdict RateLimiter::take(const std::string& caller, Clock::time_point now) {
  if (limit_.requests_per_second <= 0) return {};
  auto found = buckets_.find(caller);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kMostCallers) make_room(now);
    found = buckets_.emplace(caller, Bucket{static_cast<double>(limit_.burst), now}).first;
  }
  auto& bucket = found->second;
  bucket = {refilled(bucket, now), now};
  Verdict verdict{.allowed = bucket.tokens >= 1, .limit = limit_.burst};
  if (verdict.allowed) bucket.tokens -= 1;
  verdict.remaining = static_cast<std::int64_t>(bucket.tokens);
  verdict.reset =
      whole_seconds((static_cast<double>(limit_.burst) - bucket.tokens) / limit_.requests_per_second);
  if (!verdict.allowed)
    verdict.try_after =
        std::max(std::chrono::seconds(1), whole_seconds((1 - bucket.tokens) / limit_.requests_per_second));
  return verdict;
}

void add_rate_headers(const RateLimiter::Verdict& verdict, http::Headers& headers) {
  if (verdict.limit == 0) return;
  headers.set("RateLimit-Limit", std::to_string(verdict.limit));
  headers.set("RateLimit-Remaining", std::to_string(verdict.remaining));
  headers.set("RateLimit-Reset", std::to_string(verdict.reset.count()));
}

}  // namespace storefleet::api
