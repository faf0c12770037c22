#include "operator/prober.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace storefleet {
namespace {

using namespace std::chrono_literals;

constexpr auto kRouteDeadline = 2000ms;
constexpr auto kProbeDeadline = 5000ms;
constexpr auto kSiteDeadline = 5000ms;
constexpr std::size_t kShownBody = 160;

/// Host header of a URL: with its port where that is not the scheme's.
std::string host_header(const Url& url) {
  const bool standard = url.port == (url.scheme == "https" ? 443 : 80);
  return standard ? url.host : fmt::format("{}:{}", url.host, url.port);
}

Headers store_headers(const Url& url) {
  Headers headers{{"Host", host_header(url)}, {"User-Agent", "storefleet-probe"}};
  if (url.scheme == "https") headers.set("X-Forwarded-Proto", "https");
  return headers;
}

std::string excerpt(const std::string& body) {
  return body.size() <= kShownBody ? body : body.substr(0, kShownBody) + "…";
}

}  // namespace

Prober::Prober(asio::any_io_executor executor, std::unique_ptr<HttpClient> ingress)
    : executor_(std::move(executor)), ingress_(std::move(ingress)) {}

Result<std::unique_ptr<Prober>> Prober::create(asio::any_io_executor executor,
                                               const std::string& ingress_address) {
  const auto url = parse_url("http://" + ingress_address);
  if (!url) return std::unexpected(url.error().within("ingressAddress"));
  auto client = HttpClient::create(executor, {.host = url->host, .port = url->port, .max_connections = 32});
  if (!client) return std::unexpected(client.error());
  return std::unique_ptr<Prober>(new Prober(std::move(executor), *std::move(client)));
}

Task<Result<void>> Prober::check_route(std::string url_text) {
  const auto url = parse_url(url_text);
  if (!url) co_return std::unexpected(url.error());
  HttpRequest request{.method = "GET", .target = "/", .headers = store_headers(*url)};
  const auto response = co_await ingress_->send(std::move(request), kRouteDeadline);
  if (!response) co_return std::unexpected(response.error().within("the ingress"));
  if (response->status >= 200 && response->status < 400) co_return Result<void>{};
  co_return fail(ErrorCode::kUnavailable, fmt::format("The ingress answers {} for {}: {}", response->status,
                                                      url_text, excerpt(response->body)));
}

Task<Result<void>> Prober::check_commerce(std::string url_text, std::vector<ProbeStep> steps) {
  const auto url = parse_url(url_text);
  if (!url) co_return std::unexpected(url.error());
  std::map<std::string, std::string> captured;
  for (const auto& step : steps) {
    HttpRequest request{
        .method = step.method, .target = substitute(step.path, captured), .headers = store_headers(*url)};
    for (const auto& [name, value] : step.headers) request.headers.set(name, substitute(value, captured));
    if (step.body) {
      request.headers.set("Content-Type", "application/json");
      request.body = json::serialize(substitute(*step.body, captured));
    }
    const auto response = co_await ingress_->send(std::move(request), kProbeDeadline);
    if (!response) co_return std::unexpected(response.error().within(step.name));
    const auto judged = judge(step, *response, captured);
    if (!judged) co_return std::unexpected(judged.error());
  }
  co_return Result<void>{};
}

Task<Result<void>> Prober::configure_site(std::string pod_ip, std::int64_t port, std::string path,
                                          std::string token, json::object site) {
  auto client = HttpClient::create(
      executor_, {.host = std::move(pod_ip), .port = static_cast<std::uint16_t>(port), .max_connections = 1});
  if (!client) co_return std::unexpected(client.error());
  HttpRequest request{.method = "PUT",
                      .target = std::move(path),
                      .headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}},
                      .body = json::serialize(site)};
  const auto response = co_await (*client)->send(std::move(request), kSiteDeadline);
  if (!response) co_return std::unexpected(response.error().within("the store's settings endpoint"));
  if (response->status == 200) co_return Result<void>{};
  const auto code = response->status == 503 ? ErrorCode::kUnavailable : ErrorCode::kInternal;
  co_return fail(code, fmt::format("The store's settings endpoint answers {}: {}", response->status,
                                   excerpt(response->body)));
}

std::string substitute(std::string text, const std::map<std::string, std::string>& captured) {
  for (const auto& [name, value] : captured) {
    const auto placeholder = fmt::format("{{{}}}", name);
    for (auto at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + value.size()))
      text.replace(at, placeholder.size(), value);
  }
  return text;
}

json::value substitute(const json::value& body, const std::map<std::string, std::string>& captured) {
  if (const auto* text = body.if_string()) {
    const auto value = substitute(to_std(*text), captured);
    const bool placeholder = text->starts_with('{') && text->ends_with('}');
    const bool digits = !value.empty() && value.size() < 18 &&
                        std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (placeholder && digits) return std::stoll(value);
    return json::string(value);
  }
  if (const auto* object = body.if_object()) {
    json::object result;
    for (const auto& [key, value] : *object) result[key] = substitute(value, captured);
    return result;
  }
  if (const auto* array = body.if_array()) {
    json::array result;
    for (const auto& value : *array) result.push_back(substitute(value, captured));
    return result;
  }
  return body;
}

Result<void> judge(const ProbeStep& step, const HttpResponse& response,
                   std::map<std::string, std::string>& captured) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("{} ({} {}): {}; answer {}: {}", step.name, step.method, step.path, what,
                            response.status, excerpt(response.body)));
  };
  if (response.status != step.expect_status)
    return wrong(fmt::format("expected status {}", step.expect_status));
  if (!step.expect_body.empty() && response.body.find(step.expect_body) == std::string::npos)
    return wrong(fmt::format("expected '{}' in the body", step.expect_body));
  for (const auto& capture : step.captures) {
    if (!capture.header.empty()) {
      captured[capture.name] = std::string(response.headers.get(capture.header));
      if (captured[capture.name].empty()) return wrong(fmt::format("expected header {}", capture.header));
      continue;
    }
    const auto document = parse_json(response.body);
    json::error_code error;
    const auto* value = document ? document->find_pointer(capture.pointer, error) : nullptr;
    if (value == nullptr) return wrong(fmt::format("expected a value at {}", capture.pointer));
    captured[capture.name] = value->is_string() ? to_std(value->get_string()) : json::serialize(*value);
  }
  return {};
}

}  // namespace storefleet
