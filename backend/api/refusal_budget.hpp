#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/rate_limit.hpp"

namespace storefleet::api {

/// Which refused tries are worth a line in the audit log: of each who tries the first ones and then one in a
/// while, and of all together not so many that they could fill the database. The others are counted. Pure but
/// for what it remembers; one thread.
class RefusalBudget {
 public:
  using Clock = RateLimiter::Clock;

  /// Nothing: this one is only counted. Else how many were since the last that was not.
  std::optional<std::uint64_t> take(const std::string& who, Clock::time_point now) {
    if (!each_.take(who, now).allowed || !all_.take("", now).allowed) {
      ++dropped_;
      return std::nullopt;
    }
    const auto untold = dropped_ - told_;
    told_ = dropped_;
    return untold;
  }

  /// Since the start.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  RateLimiter each_{{.requests_per_second = 0.1, .burst = 20}};
  RateLimiter all_{{.requests_per_second = 5, .burst = 200}};
  std::uint64_t dropped_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace storefleet::api
