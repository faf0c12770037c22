#include "controller/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace storefleet::controller {

std::chrono::milliseconds Backoff::delay(std::uint32_t failures, double random) const {
  if (failures == 0) return std::chrono::milliseconds{0};
  const double top = static_cast<double>(ceiling.count());
  const double exponent = std::min<double>(failures - 1, 64);
  const double grown = std::min(top, static_cast<double>(first.count()) * std::pow(factor, exponent));
  const double spread = grown * (1.0 + jitter * (2.0 * random - 1.0));
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(top, spread))};
}

double random_fraction() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

}  // namespace storefleet::controller
