#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "engines/engine.hpp"
#include "engines/objects.hpp"
#include "http/client.hpp"

namespace storefleet {

/// Speaks HTTP to stores: through the ingress controller's own Service with the store's Host header, and to
/// the endpoint inside a web pod. One thread.
class Prober {
 public:
  /// `ingress_address` is "host:port" of the ingress controller as seen from here.
  static Result<std::unique_ptr<Prober>> create(asio::any_io_executor executor,
                                                const std::string& ingress_address);

  /// Ok where the store's front page answers with 2xx or 3xx.
  Task<Result<void>> check_route(std::string url);

  /// Runs the engine's probe; the error names the step that failed and what came instead.
  Task<Result<void>> check_commerce(std::string url, std::vector<ProbeStep> steps);

  /// Applies title, address and admin account inside the pod; idempotent.
  Task<Result<void>> configure_site(std::string pod_ip, std::int64_t port, std::string path,
                                    std::string token, json::object site);

 private:
  Prober(asio::any_io_executor executor, std::unique_ptr<HttpClient> ingress);
  asio::any_io_executor executor_;
  std::unique_ptr<HttpClient> ingress_;
};

/// Pure parts of the commerce check: "{name}" is replaced by its value in text and, as a number where the
/// whole string is one placeholder for digits, in JSON.
std::string substitute(std::string text, const std::map<std::string, std::string>& captured);
json::value substitute(const json::value& body, const std::map<std::string, std::string>& captured);
/// Compares an answer with what the step expects and takes its captures.
Result<void> judge(const ProbeStep& step, const HttpResponse& response,
                   std::map<std::string, std::string>& captured);

}  // namespace storefleet
