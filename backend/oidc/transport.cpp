#include "oidc/transport.hpp"

#include <fmt/format.h>

#include "oidc/config.hpp"

namespace storefleet::oidc {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadline = 5s;
constexpr std::size_t kMostBytes = 1024UL * 1024;
constexpr std::size_t kMostHosts = 16;  // a provider has two or three

}  // namespace

HttpProviderTransport::HttpProviderTransport(asio::any_io_executor executor, std::string ca_certificate)
    : executor_(std::move(executor)), ca_certificate_(std::move(ca_certificate)) {}

Result<http::Client*> HttpProviderTransport::client_of(const http::Url& url) {
  const auto origin = fmt::format("{}://{}:{}", url.scheme, url.host, url.port);
  if (const auto known = clients_.find(origin); known != clients_.end()) return known->second.get();
  if (clients_.size() >= kMostHosts)
    return fail(ErrorCode::kUnavailable, "the provider names too many hosts");
  http::ClientOptions options{.host = url.host, .port = url.port, .max_response_bytes = kMostBytes};
  if (url.scheme == "https") options.tls = http::TlsOptions{.ca_pem = ca_certificate_};
  auto client = http::Client::create(executor_, std::move(options));
  if (!client) return std::unexpected(client.error());
  return (clients_[origin] = *std::move(client)).get();
}

Task<Result<http::Response>> HttpProviderTransport::send(std::string url, http::Request request) {
  const auto allowed = check_provider_url(url);
  if (!allowed) co_return std::unexpected(allowed.error());
  const auto parsed = http::parse_url(url);
  const auto client = client_of(*parsed);
  if (!client) co_return std::unexpected(client.error());
  request.target = parsed->target;
  co_return co_await (*client)->send(std::move(request), kDeadline);
}

}  // namespace storefleet::oidc
