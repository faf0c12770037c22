#include "operator/measured_releases.hpp"

#include <chrono>

namespace storefleet::store_operator {

Task<Result<void>> MeasuredReleases::measure(std::string_view name, Task<Result<void>> operation) {
  const auto started = std::chrono::steady_clock::now();
  auto outcome = co_await std::move(operation);
  metrics_.release(name, outcome.has_value(), std::chrono::steady_clock::now() - started);
  co_return outcome;
}

Task<Result<void>> MeasuredReleases::install(releases::WantedRelease wanted) {
  return measure("install", releases_.install(std::move(wanted)));
}

Task<Result<void>> MeasuredReleases::repair(releases::WantedRelease wanted) {
  return measure("repair", releases_.repair(std::move(wanted)));
}

Task<Result<void>> MeasuredReleases::restore(std::string store_namespace, releases::VolumeClaims claims) {
  return measure("restore", releases_.restore(std::move(store_namespace), std::move(claims)));
}

Task<Result<void>> MeasuredReleases::uninstall(std::string store_namespace) {
  return measure("uninstall", releases_.uninstall(std::move(store_namespace)));
}

}  // namespace storefleet::store_operator
