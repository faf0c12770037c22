#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/client.hpp"

namespace storefleet::oidc {

/// How the provider is reached; one request to an absolute URL. Errors as of HttpClient::send, and
/// InvalidArgument for a URL that check_provider_url refuses.
class ProviderTransport {
 public:
  virtual ~ProviderTransport() = default;
  virtual Task<Result<http::Response>> send(std::string url, http::Request request) = 0;
};

/// Over HTTPS, within five seconds; keeps a client for each of the provider's hosts. Follows no redirect. One
/// thread; must outlive its calls.
class HttpProviderTransport : public ProviderTransport {
 public:
  /// `ca_certificate`: PEM of the authority to trust in place of the system's; empty: the system's.
  HttpProviderTransport(asio::any_io_executor executor, std::string ca_certificate);

  Task<Result<http::Response>> send(std::string url, http::Request request) override;

 private:
  Result<http::Client*> client_of(const http::Url& url);

  asio::any_io_executor executor_;
  std::string ca_certificate_;
  std::map<std::string, std::unique_ptr<http::Client>> clients_;  // by scheme, host and port
};

}  // namespace storefleet::oidc
