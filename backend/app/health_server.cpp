#include "app/health_server.hpp"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include "base/json.hpp"

namespace storefleet {
namespace {

HttpResponse text(unsigned status, std::string body, std::string type = "text/plain; charset=utf-8") {
  return {.status = status, .headers = {{"Content-Type", std::move(type)}}, .body = std::move(body)};
}

}  // namespace

HealthServer::HealthServer(const asio::any_io_executor& executor, std::uint16_t port,
                           prometheus::Registry& registry, std::string version)
    : registry_(registry),
      version_(std::move(version)),
      server_(executor, {.port = port}, [this](HttpRequest request) { return handle(std::move(request)); }) {}

Task<HttpResponse> HealthServer::readiness() {
  std::string body;
  bool ready = true;
  for (const auto& check : checks_) {
    const auto result = co_await check.run();
    ready = ready && result.has_value();
    body += fmt::format("{}: {}\n", check.name, result ? "ok" : result.error().message);
  }
  co_return text(ready ? 200 : 503, std::move(body));
}

Task<HttpResponse> HealthServer::handle(HttpRequest request) {
  const auto path = request.target.substr(0, request.target.find('?'));
  if (request.method != "GET") co_return text(405, "only GET\n");
  if (path == "/livez") co_return text(200, "ok\n");
  if (path == "/readyz") co_return co_await readiness();
  if (path == "/version") {
    const json::object version{{"version", version_}};
    co_return text(200, json::serialize(version), "application/json");
  }
  if (path == "/metrics") {
    if (refresh_) refresh_();
    co_return text(200, prometheus::TextSerializer().Serialize(registry_.Collect()),
                   "text/plain; version=0.0.4; charset=utf-8");
  }
  co_return text(404, "not found\n");
}

}  // namespace storefleet
