#pragma once
#include <chrono>
#include <map>
#include <string_view>
#include <tuple>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace storefleet::api {

/// storefleet_http_requests_total by method, route template and status, and
/// storefleet_http_request_duration_seconds by method, route template and status class.
class RequestMetrics {
 public:
  /// `registry` must outlive this object.
  explicit RequestMetrics(prometheus::Registry& registry);

  /// `route` must outlive this object.
  void count(std::string_view method, std::string_view route, unsigned status,
             std::chrono::duration<double> duration);

 private:
  struct Series {
    prometheus::Counter& requests;
    prometheus::Histogram& durations;
  };
  /// By names, so that a request makes no labels; `method` outlives this object too.
  Series& series_of(std::string_view method, std::string_view route, unsigned status);

  std::map<std::tuple<std::string_view, std::string_view, unsigned>, Series> series_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
};

}  // namespace storefleet::api
