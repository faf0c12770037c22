#include "api/gate/request_metrics.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace storefleet::api {
namespace {

/// Labels come from closed sets only: a caller may send any word as method.
std::string_view method_label(std::string_view method) {
  static constexpr std::array<std::string_view, 7> kKnown = {"GET",   "HEAD",   "POST",   "PUT",
                                                             "PATCH", "DELETE", "OPTIONS"};
  const auto* const found = std::ranges::find(kKnown, method);
  return found == kKnown.end() ? "other" : *found;
}

/// 404 → "4xx"
std::string status_class(unsigned status) {
  return std::to_string(status / 100) + "xx";
}

}  // namespace

RequestMetrics::RequestMetrics(prometheus::Registry& registry)
    : requests_(prometheus::BuildCounter()
                    .Name("storefleet_http_requests_total")
                    .Help("Requests answered, by method, route template and status.")
                    .Register(registry)),
      durations_(prometheus::BuildHistogram()
                     .Name("storefleet_http_request_duration_seconds")
                     .Help("Time from request to response, by method, route template and status class.")
                     .Register(registry)) {}

RequestMetrics::Series& RequestMetrics::series_of(std::string_view method, std::string_view route,
                                                  unsigned status) {
  const auto known = series_.find({method, route, status});
  if (known != series_.end()) return known->second;
  static const prometheus::Histogram::BucketBoundaries kBuckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                                0.1,   0.25,   0.5,   1,    2.5,   10};
  const std::string verb(method);
  const std::string path(route);
  auto& count = requests_.Add({{"method", verb}, {"route", path}, {"status", std::to_string(status)}});
  auto& duration =
      durations_.Add({{"method", verb}, {"route", path}, {"class", status_class(status)}}, kBuckets);
  return series_.try_emplace({method, route, status}, Series{count, duration}).first->second;
}

void RequestMetrics::count(std::string_view method, std::string_view route, unsigned status,
                           std::chrono::duration<double> duration) {
  auto& series = series_of(method_label(method), route, status);
  series.requests.Increment();
  series.durations.Observe(duration.count());
}

}  // namespace storefleet::api
