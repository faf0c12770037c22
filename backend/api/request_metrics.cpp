#include "api/request_metrics.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace storefleet {
namespace {

/// Labels come from closed sets only: a caller may send any word as method.
std::string method_label(std::string_view method) {
  static constexpr std::array<std::string_view, 7> kKnown = {"GET",   "HEAD",   "POST",   "PUT",
                                                             "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(kKnown, method) != kKnown.end() ? std::string(method) : "other";
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

void RequestMetrics::count(std::string_view method, std::string_view route, unsigned status,
                           std::chrono::duration<double> duration) {
  const auto verb = method_label(method);
  const std::string path(route);
  requests_.Add({{"method", verb}, {"route", path}, {"status", std::to_string(status)}}).Increment();
  static const prometheus::Histogram::BucketBoundaries kBuckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                                0.1,   0.25,   0.5,   1,    2.5,   10};
  durations_.Add({{"method", verb}, {"route", path}, {"class", status_class(status)}}, kBuckets)
      .Observe(duration.count());
}

}  // namespace storefleet
