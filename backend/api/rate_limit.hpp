#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "http/message.hpp"

namespace storefleet::api {

/// How often one caller may ask, on average and at once. 0 a second: as often as they like.
struct RateLimit {
  double requests_per_second = 0;
  std::int64_t burst = 1;
};

/// A token bucket a caller, in this process: with several replicas behind a balancer a caller may ask each of
/// them so often. Remembers at most 10,000 callers; beyond that those who asked least of late begin anew. One
/// thread.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  struct Verdict {
    bool allowed = true;
    std::int64_t limit = 0;             // the burst; 0: there is no limit, and nothing to tell
    std::int64_t remaining = 0;         // requests that may come at once
    std::chrono::seconds reset{0};      // until all of the burst is there again
    std::chrono::seconds try_after{0};  // where it is refused
  };

  explicit RateLimiter(RateLimit limit) : limit_(limit) {}

  /// Counts a request of that caller.
  Verdict take(const std::string& caller, Clock::time_point now);

  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    Clock::time_point at;
  };

  [[nodiscard]] double refilled(const Bucket& bucket, Clock::time_point now) const;
  void make_room(Clock::time_point now);

  RateLimit limit_;
  std::unordered_map<std::string, Bucket> buckets_;
};

/// Tells what is left in RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset, as
/// draft-ietf-httpapi-ratelimit-headers-06 has them; nothing where there is no limit.
void add_rate_headers(const RateLimiter::Verdict& verdict, http::Headers& headers);

}  // namespace storefleet::api
