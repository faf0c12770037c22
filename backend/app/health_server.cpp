#include "app/health_server.hpp"

#include <prometheus/text_serializer.h>

#include "http/percent.hpp"

namespace storefleet::app {
namespace {

http::Response text(unsigned status, std::string body, std::string type = "text/plain; charset=utf-8") {
  return {.status = status, .headers = {{"Content-Type", std::move(type)}}, .body = std::move(body)};
}

}  // namespace

HealthServer::HealthServer(const asio::any_io_executor& executor, std::uint16_t port,
                           prometheus::Registry& registry, const api::Health& health)
    : registry_(registry),
      health_(health),
      // For the kubelet and Prometheus, neither of which sends a body.
      server_(executor,
              {.port = port, .max_body_bytes = 0, .connections = {.total = 64, .reserve = 0, .each = 16}},
              [this](http::Request request) { return handle(std::move(request)); }) {}

Task<http::Response> HealthServer::handle(http::Request request) {
  const auto [path, query] = http::split_target(request.target);
  if (request.method != "GET") co_return text(405, "only GET\n");
  if (path == "/livez") co_return health_.livez();
  if (path == "/version") co_return health_.version();
  if (path == "/readyz") {
    const auto parameters = http::QueryParameters::parse(query).value_or(http::QueryParameters());
    const auto excluded = parameters.all("exclude");
    co_return health_.readyz({excluded.begin(), excluded.end()});
  }
  if (path == "/metrics") {
    for (const auto& refresh : refresh_) refresh();
    co_return text(200, prometheus::TextSerializer().Serialize(registry_.Collect()),
                   "text/plain; version=0.0.4; charset=utf-8");
  }
  co_return text(404, "not found\n");
}

}  // namespace storefleet::app
