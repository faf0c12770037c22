#include "probes/prober.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/text.hpp"

namespace storefleet::probes {
namespace {

using namespace std::chrono_literals;

constexpr auto kRouteDeadline = 2000ms;
constexpr auto kStepDeadline = 10'000ms;
/// Of an answer as much is read as pages and JSON of honest stores have; the rest is left where it is.
constexpr std::size_t kMostAnswer = std::size_t{512} * 1024;
/// Together with the above: what hostile stores can make one process hold. As many as the operator probes at
/// once (operator/lanes.cpp), so that slow stores leave a connection to the others.
constexpr std::size_t kMostConnections = 40;
constexpr std::size_t kShownBody = 160;

/// Host header of a URL: with its port where that is not the scheme's.
std::string host_header(const http::Url& url) {
  const bool standard = url.port == (url.scheme == "https" ? 443 : 80);
  return standard ? url.host : fmt::format("{}:{}", url.host, url.port);
}

http::Headers store_headers(const http::Url& url) {
  http::Headers headers{{"Host", host_header(url)}, {"User-Agent", "storefleet-probe"}};
  if (url.scheme == "https") headers.set("X-Forwarded-Proto", "https");
  return headers;
}

/// The first placeholder in `text` that nothing was captured for; empty where all are known.
std::string unknown_placeholder(const std::string& text) {
  const auto open = text.find('{');
  const auto close = text.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return text.substr(open, close - open + 1);
}

}  // namespace

Result<std::unique_ptr<Prober>> Prober::create(asio::any_io_executor executor,
                                               const std::string& ingress_address) {
  const auto url = http::parse_url("http://" + ingress_address);
  if (!url) return std::unexpected(url.error().within("ingressAddress"));
  auto client = http::Client::create(std::move(executor), {.host = url->host,
                                                           .port = url->port,
                                                           .max_connections = kMostConnections,
                                                           .max_response_bytes = kMostAnswer,
                                                           .overlong = http::OverlongBody::kCut});
  if (!client) return std::unexpected(client.error());
  return std::unique_ptr<Prober>(new Prober(*std::move(client)));
}

Task<Result<void>> Prober::check_route(std::string url_text) {
  const auto url = http::parse_url(url_text);
  if (!url) co_return std::unexpected(url.error());
  http::Request request{.method = "GET", .target = "/", .headers = store_headers(*url)};
  const auto response = co_await ingress_->send(std::move(request), kRouteDeadline);
  if (!response) co_return std::unexpected(response.error().within("the ingress"));
  if (response->status >= 200 && response->status < 400) co_return Result<void>{};
  co_return fail(ErrorCode::kUnavailable, fmt::format("The ingress answers {} for {}: {}", response->status,
                                                      url_text, clean_text(response->body, kShownBody)));
}

Task<Result<void>> Prober::run_step(const http::Url& url, const engines::ProbeStep& step,
                                    ScriptVariables& variables, CookieJar& cookies) {
  http::Request request{
      .method = step.method, .target = substitute(step.path, variables), .headers = store_headers(url)};
  if (const auto unknown = unknown_placeholder(request.target); !unknown.empty())
    co_return fail(ErrorCode::kNotFound, fmt::format("{} is not known", unknown));
  for (const auto& [name, value] : step.headers) request.headers.set(name, substitute(value, variables));
  if (const auto header = cookies.header(); !header.empty()) request.headers.set("Cookie", header);
  if (step.body) {
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(substitute(*step.body, variables));
  }
  const auto response = co_await ingress_->send(std::move(request), kStepDeadline);
  if (!response) co_return std::unexpected(response.error().within(step.name));
  cookies.take(response->headers);
  co_return judge(step, *response, variables);
}

Task<CheckReport> Prober::run(std::string url_text, std::vector<engines::ProbeStep> steps,
                              ScriptVariables variables, std::vector<std::string> leaves) {
  CheckReport report;
  const auto url = http::parse_url(url_text);
  if (!url) {
    report.steps.push_back(
        {.name = "address", .outcome = CheckOutcome::kFailed, .message = url.error().message});
    co_return report;
  }
  CookieJar cookies;
  for (const auto& step : steps) {
    CheckStep done{.name = step.name};
    const bool failed_before = !report.passed();
    if (failed_before && !step.always) {
      done.outcome = CheckOutcome::kSkipped;
      done.message = "an earlier step failed";
      report.steps.push_back(std::move(done));
      continue;
    }
    const auto started = std::chrono::steady_clock::now();
    const auto result = co_await run_step(*url, step, variables, cookies);
    done.duration = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    if (!result) {
      const bool nothing_to_clean = failed_before && result.error().code == ErrorCode::kNotFound;
      done.outcome = nothing_to_clean ? CheckOutcome::kSkipped : CheckOutcome::kFailed;
      done.message = result.error().message;
    }
    report.steps.push_back(std::move(done));
  }
  for (const auto& text : leaves)
    if (auto line = substitute(text, variables); unknown_placeholder(line).empty())
      report.leaves.push_back(CheckMessage(line).str());
  co_return report;
}

}  // namespace storefleet::probes
