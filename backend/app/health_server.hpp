#pragma once
#include <functional>
#include <vector>

#include <prometheus/registry.h>

#include "api/platform/health.hpp"
#include "http/server.hpp"

namespace storefleet::app {

/// /metrics, and what Health answers, on a port that no ingress leads to. What it refers to must outlive it.
class HealthServer {
 public:
  HealthServer(const asio::any_io_executor& executor, std::uint16_t port, prometheus::Registry& registry,
               const api::Health& health);

  /// Add what refreshes gauges before start().
  void before_metrics(std::function<void()> refresh) { refresh_.push_back(std::move(refresh)); }

  Result<void> start() { return server_.listen(); }
  Task<void> stop() { return server_.stop(std::chrono::seconds(1)); }

 private:
  Task<http::Response> handle(http::Request request);

  prometheus::Registry& registry_;
  const api::Health& health_;
  std::vector<std::function<void()>> refresh_;
  http::Server server_;
};

}  // namespace storefleet::app
