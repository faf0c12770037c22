#include "operator/actions/site_endpoint.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/text.hpp"
#include "http/client.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// A store may hold the request until it has started; not longer than a reconcile should take.
constexpr auto kSiteDeadline = 3000ms;
constexpr std::size_t kShownBody = 160;
constexpr std::size_t kMostAnswer = std::size_t{64} * 1024;

}  // namespace

Result<std::string> site_address(const json::value& pod, std::string_view uid) {
  auto address = string_or(pod, {"status", "podIP"});
  if (k8s::meta_uid(pod) != uid) return fail(ErrorCode::kUnavailable, "the web pod was replaced");
  if (k8s::has_deletion_timestamp(pod)) return fail(ErrorCode::kUnavailable, "the web pod is being deleted");
  if (string_or(pod, {"status", "phase"}) != "Running" || address.empty())
    return fail(ErrorCode::kUnavailable, "the web pod does not run");
  // On the node's own network others could listen on the port first.
  if (bool_or(pod, {"spec", "hostNetwork"}, false))
    return fail(ErrorCode::kForbidden, "the web pod is on its node's network");
  return address;
}

Task<Result<void>> put_site(SiteEndpoint endpoint, json::object site, const k8s::WriteFence* fence) {
  const auto executor = co_await asio::this_coro::executor;
  http::ClientOptions options{.host = std::move(endpoint.pod_ip),
                              .port = static_cast<std::uint16_t>(endpoint.port),
                              .max_connections = 1,
                              .max_response_bytes = kMostAnswer,
                              .overlong = http::OverlongBody::kCut};
  if (fence != nullptr)
    options.permit = [fence](const http::Request&) -> Result<http::Permit> {
      const auto at_most = fence->permit();
      if (!at_most) return std::unexpected(at_most.error());
      return http::Permit{.at_most = *at_most};
    };
  auto client = http::Client::create(executor, std::move(options));
  if (!client) co_return std::unexpected(client.error());
  http::Request request{
      .method = "PUT",
      .target = std::move(endpoint.path),
      .headers = {{"Authorization", "Bearer " + endpoint.token}, {"Content-Type", "application/json"}},
      .body = json::serialize(site)};
  const auto response = co_await (*client)->send(std::move(request), kSiteDeadline);
  if (!response) co_return std::unexpected(response.error().within("the store's settings endpoint"));
  co_return judge_site_answer(response->status, response->body);
}

Result<void> judge_site_answer(unsigned status, std::string_view body) {
  if (status == 200) return {};
  const auto code = status >= 502 ? ErrorCode::kUnavailable : ErrorCode::kInternal;
  return fail(code, fmt::format("The store's settings endpoint answers {}: {}", status,
                                clean_text(body, kShownBody)));
}

}  // namespace storefleet::store_operator
