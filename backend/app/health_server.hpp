#pragma once
#include <functional>
#include <string>
#include <vector>

#include <prometheus/registry.h>

#include "http/server.hpp"

namespace storefleet {

/// /livez, /readyz, /metrics and /version on a port that no ingress leads to.
class HealthServer {
 public:
  /// One thing that must hold before traffic or work may come; the error says what is missing.
  struct Check {
    std::string name;
    std::function<Task<Result<void>>()> run;
  };

  HealthServer(const asio::any_io_executor& executor, std::uint16_t port, prometheus::Registry& registry,
               std::string version);

  /// Add checks and the hook that refreshes gauges before start().
  void add_check(Check check) { checks_.push_back(std::move(check)); }
  void before_metrics(std::function<void()> refresh) { refresh_ = std::move(refresh); }

  Result<void> start() { return server_.listen(); }
  Task<void> stop() { return server_.stop(std::chrono::seconds(1)); }

 private:
  Task<HttpResponse> handle(HttpRequest request);
  Task<HttpResponse> readiness();

  prometheus::Registry& registry_;
  std::string version_;
  std::vector<Check> checks_;
  std::function<void()> refresh_;
  HttpServer server_;
};

}  // namespace storefleet
