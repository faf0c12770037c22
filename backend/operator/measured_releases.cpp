#include "operator/measured_releases.hpp"

#include <chrono>

namespace storefleet::store_operator {

using std::chrono::steady_clock;

Task<Result<void>> MeasuredReleases::install(releases::WantedRelease wanted) {
  const auto started = steady_clock::now();
  auto outcome = co_await releases_.install(std::move(wanted));
  metrics_.release("install", outcome.has_value(), steady_clock::now() - started);
  co_return outcome;
}

Task<Result<void>> MeasuredReleases::repair(releases::WantedRelease wanted) {
  const auto started = steady_clock::now();
  auto outcome = co_await releases_.repair(std::move(wanted));
  metrics_.release("repair", outcome.has_value(), steady_clock::now() - started);
  co_return outcome;
}

Task<Result<void>> MeasuredReleases::uninstall(std::string store_namespace) {
  const auto started = steady_clock::now();
  auto outcome = co_await releases_.uninstall(std::move(store_namespace));
  metrics_.release("uninstall", outcome.has_value(), steady_clock::now() - started);
  co_return outcome;
}

}  // namespace storefleet::store_operator
