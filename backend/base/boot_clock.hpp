#pragma once
#include <chrono>

namespace storefleet::inline base {

/// A clock that only goes forward and also counts while the machine sleeps (CLOCK_BOOTTIME): for time that
/// others see pass meanwhile, as that of a lease.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  // NOLINTNEXTLINE(readability-identifier-naming): the name that chrono gave it
  static constexpr bool is_steady = true;
  static time_point now() noexcept;
};

}  // namespace storefleet::inline base
