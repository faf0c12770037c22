#pragma once
#include <chrono>
#include <cstdint>

namespace storefleet::controller {

/// Exponential growth with a ceiling, and a share of it at random so that many do not return at once.
struct Backoff {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds ceiling{30'000};
  double factor = 2.0;
  double jitter = 0.2;  // the delay is spread over [1 - jitter, 1 + jitter] times its value

  /// The delay after `failures` failures in a row (1 is the first); `random` is in [0, 1).
  [[nodiscard]] std::chrono::milliseconds delay(std::uint32_t failures, double random) const;
};

/// A number in [0, 1) for Backoff::delay; not for secrets.
double random_fraction();

}  // namespace storefleet::controller
