#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/check.hpp"
#include "http/client.hpp"
#include "probes/script.hpp"

namespace storefleet::probes {

/// Visits stores as their shoppers do: through the ingress controller's own Service with the store's Host
/// header, so that neither DNS nor certificates matter. One thread.
class Prober {
 public:
  /// `ingress_address` is "host:port" of the ingress controller as seen from here.
  static Result<std::unique_ptr<Prober>> create(asio::any_io_executor executor,
                                                const std::string& ingress_address);

  /// Ok where the store's front page answers with 2xx or 3xx.
  Task<Result<void>> check_route(std::string url);

  /// Runs the steps in their order with the cookies of one visitor. What follows a failed step is skipped,
  /// but for steps marked `always` whose variables are all known. `leaves` are texts with placeholders.
  Task<CheckReport> run(std::string url, std::vector<engines::ProbeStep> steps, ScriptVariables variables,
                        std::vector<std::string> leaves);

 private:
  explicit Prober(std::unique_ptr<http::Client> ingress) : ingress_(std::move(ingress)) {}
  Task<Result<void>> run_step(const http::Url& url, const engines::ProbeStep& step,
                              ScriptVariables& variables, CookieJar& cookies);

  std::unique_ptr<http::Client> ingress_;
};

}  // namespace storefleet::probes
