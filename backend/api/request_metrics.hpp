#pragma once
#include <chrono>
#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace storefleet {

/// storefleet_http_requests_total by method, route template and status, and
/// storefleet_http_request_duration_seconds by method, route template and status class.
class RequestMetrics {
 public:
  /// `registry` must outlive this object.
  explicit RequestMetrics(prometheus::Registry& registry);

  void count(std::string_view method, std::string_view route, unsigned status,
             std::chrono::duration<double> duration);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
};

}  // namespace storefleet
