#include "cli/api_client.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

constexpr std::chrono::hours kLongestSilence{2};  // of a followed log; the server ends it before

/// The command that helps after a refusal.
std::string next_after(unsigned status, const std::string& code, const std::string& server) {
  if (status == 401) return fmt::format("storefleet login {} --username NAME", server);
  if (code == "UnknownEngine" || code == "UnknownPlan" || code == "InvalidValues")
    return "storefleet engines";
  if (code == "UnknownTeam") return "storefleet team list";
  if (code == "NothingToRollBackTo") return "storefleet update --help";
  if (status == 403) return "storefleet whoami";
  if (status == 404 || status == 409) return "storefleet list";
  if (status >= 500) return "storefleet version";
  return std::string(kGeneralHelp);
}

/// Whether a remedy tells a program what to send: people at a terminal get the next command instead.
bool speaks_http(std::string_view remedy) {
  static constexpr std::array<std::string_view, 9> kWords = {"header",       "PATCH",        "GET /",
                                                             "POST /",       "query string", "the request",
                                                             "under errors", "If-Match",     "JSON"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return remedy.contains(word); });
}

/// "/values/phpWorkers" → "values.phpWorkers"
std::string field_of(std::string pointer) {
  if (pointer.starts_with('/')) pointer.erase(0, 1);
  std::ranges::replace(pointer, '/', '.');
  return pointer;
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  return http::equals_ignoring_case(host, "localhost") || host == "::1" || host.starts_with("127.") ||
         (host.size() > 10 && http::equals_ignoring_case(host.substr(host.size() - 10), ".localhost"));
}

std::string store_path(const std::string& name, const std::string& rest) {
  return fmt::format("/api/v1/stores/{}{}", http::percent_encode(name), rest);
}

ApiClient::ApiClient(std::string server, http::Url url, std::string token)
    : server_(std::move(server)), url_(std::move(url)), token_(std::move(token)) {}

Outcome<std::unique_ptr<ApiClient>> ApiClient::create(const Context& context) {
  auto url = http::parse_url(context.server);
  const auto wrong = [&](const std::string& why) {
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUsage,
                       .message = fmt::format("'{}' is no server address: {}", context.server, why),
                       .next = "storefleet login http://localhost:8080 --username NAME"});
  };
  if (!url) return wrong(url.error().message);
  if (url->target == "/") url->target.clear();
  while (url->target.ends_with('/')) url->target.pop_back();
  std::unique_ptr<ApiClient> api(new ApiClient(context.server, *url, context.token));
  const bool is_name = http::equals_ignoring_case(url->host, "localhost") || url->host.contains(".localhost");
  http::ClientOptions options{.host = is_name && is_loopback_name(url->host) ? "127.0.0.1" : url->host,
                              .port = url->port};
  if (url->scheme == "https") options.tls = http::TlsOptions{.server_name = url->host};
  auto client = http::Client::create(api->context_.get_executor(), std::move(options));
  if (!client) return wrong(client.error().message);
  api->client_ = std::move(*client);
  return api;
}

http::Request ApiClient::request_of(const std::string& method, const std::string& path,
                                    std::string accept) const {
  const bool ipv6 = url_.host.contains(':');
  const auto host = ipv6 ? fmt::format("[{}]", url_.host) : url_.host;
  const bool usual_port = url_.port == (url_.scheme == "https" ? 443 : 80);
  http::Request request{.method = method, .target = url_.target + path};
  request.headers.set("Host", usual_port ? host : fmt::format("{}:{}", host, url_.port));
  request.headers.set("Accept", std::move(accept));
  if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
  return request;
}

Result<http::Response> ApiClient::run(Task<Result<http::Response>> call) {
  std::optional<Result<http::Response>> answer;
  asio::co_spawn(context_, std::move(call),
                 [&](const std::exception_ptr& error, Result<http::Response> response) {
                   answer = error ? fail(ErrorCode::kInternal, "the request failed") : std::move(response);
                 });
  context_.restart();
  while (!answer && context_.run_one() > 0) {
  }
  return std::move(answer).value_or(fail(ErrorCode::kInternal, "the request did not end"));
}

Outcome<http::Response> ApiClient::finish(Task<Result<http::Response>> call) {
  auto response = run(std::move(call));
  if (!response)
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUnreachable,
                       .message = fmt::format("{} does not answer: {}", server_, response.error().message),
                       .next = "storefleet config get server"});
  if (response->status >= 300) return std::unexpected(failure_of(*response));
  return *std::move(response);
}

CommandFailure ApiClient::failure_of(const http::Response& response) const {
  const auto problem = parse_json(response.body).value_or(nullptr);
  const auto code = string_or(problem, {"code"});
  CommandFailure failure{.code = exit_code_of(response.status),
                         .message = string_or(problem, {"detail"},
                                              fmt::format("The server answered {} {}.", response.status,
                                                          http::reason_phrase(response.status))),
                         .next = next_after(response.status, code, server_)};
  for (const auto& error : array_at(problem, {"errors"})) {
    const auto detail = string_or(error, {"detail"});
    if (detail == failure.message) continue;
    failure.details.push_back(fmt::format("{}: {}", field_of(string_or(error, {"pointer"})), detail));
  }
  if (const auto remedy = string_at(problem, {"remedy"}); remedy && !speaks_http(*remedy))
    failure.details.push_back("remedy: " + *remedy);
  if (const auto id = string_at(problem, {"requestId"})) failure.details.push_back("request id: " + *id);
  return failure;
}

Result<http::Response> ApiClient::fetch(const std::string& path) {
  return run(client_->send(request_of("GET", path, "application/json"), deadline_));
}

Outcome<json::value> ApiClient::get(const std::string& path) {
  return send("GET", path);
}

Outcome<http::Response> ApiClient::exchange(const std::string& method, const std::string& path,
                                            const std::optional<json::object>& body,
                                            const http::Headers& headers) {
  auto request = request_of(method, path, "application/json");
  for (const auto& [name, value] : headers) request.headers.set(name, value);
  if (body) {
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(*body);
  }
  return finish(client_->send(std::move(request), deadline_));
}

Outcome<json::value> ApiClient::send(const std::string& method, const std::string& path,
                                     const std::optional<json::object>& body, const http::Headers& headers) {
  const auto response = exchange(method, path, body, headers);
  if (!response) return std::unexpected(response.error());
  if (response->status == 204) return json::value(nullptr);
  auto parsed = parse_json(response->body);
  if (!parsed)
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUnreachable,
                       .message = fmt::format("What answers at {} is no Storefleet server.", server_),
                       .next = "storefleet config get server"});
  return std::move(*parsed);
}

Outcome<std::string> ApiClient::text(const std::string& path) {
  auto response = finish(client_->send(request_of("GET", path, "*/*"), deadline_));
  if (!response) return std::unexpected(response.error());
  return std::move(response->body);
}

Outcome<void> ApiClient::stream(const std::string& path,
                                const std::function<bool(std::string_view)>& on_chunk) {
  const http::StreamDeadlines deadlines{.head = deadline_, .idle = kLongestSilence};
  const auto response = finish(client_->stream(request_of("GET", path, "*/*"), deadlines, on_chunk));
  if (!response) return std::unexpected(response.error());
  return {};
}

}  // namespace storefleet::cli
