#include "k8s/client.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/json_scan.hpp"
#include "http/percent.hpp"

namespace storefleet::k8s {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kMaxThrottleRepeats = 3;
constexpr std::chrono::seconds kTokenLifetime{60};  // projected tokens are rotated long before they expire
constexpr std::chrono::milliseconds kUnbounded = std::chrono::hours(1);  // the call's own deadline counts
/// Logs come from kubelets, and one that does not answer must not hold what everything else waits for.
constexpr std::size_t kLogConnections = 4;
constexpr std::string_view kJson = "application/json";

std::string target_of(const std::string& path, const http::QueryParameters& query) {
  return query.empty() ? path : path + "?" + query.to_string();
}

http::Request request_of(std::string method, std::string target) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers.set("Accept", std::string(kJson));
  return request;
}

http::Request request_with(std::string method, std::string target, const json::value& body,
                           std::string_view content_type = kJson) {
  auto request = request_of(std::move(method), std::move(target));
  request.headers.set("Content-Type", std::string(content_type));
  request.body = json::serialize(body);
  return request;
}

http::QueryParameters selectors(const ListOptions& options) {
  http::QueryParameters query;
  query.add_unless_empty("labelSelector", options.label_selector);
  query.add_unless_empty("fieldSelector", options.field_selector);
  return query;
}

http::Request list_request(const Resource& resource, const std::string& ns, const ListOptions& options) {
  auto query = selectors(options);
  if (options.limit > 0) query.add("limit", std::to_string(options.limit));
  query.add_unless_empty("continue", options.continue_token);
  query.add_unless_empty("resourceVersion", options.resource_version);
  return request_of("GET", target_of(object_path(resource, {ns, ""}), query));
}

bool is_write(const http::Request& request) {
  return request.method != "GET";
}

/// Counts a write while it is under way.
class Counted {
 public:
  explicit Counted(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*count_; }

 private:
  std::shared_ptr<std::size_t> count_;
};

Result<http::Permit> ask(const WriteFence& fence, const std::shared_ptr<std::size_t>& writes,
                         const http::Request& request) {
  if (!is_write(request)) return http::Permit{.at_most = kUnbounded};
  const auto at_most = fence.permit();
  if (!at_most) return std::unexpected(at_most.error());
  return http::Permit{.at_most = *at_most, .held = std::make_shared<Counted>(writes)};
}

/// How long a 429 asks to wait, at least something.
std::chrono::milliseconds retry_after(const http::Response& response) {
  const auto text = response.headers.get("Retry-After");
  int seconds = 1;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(std::clamp(seconds, 1, 30));
}

Result<void> require_name(const Resource& resource, const ObjectName& name) {
  if (name.name.empty() || name.name == "." || name.name == "..")
    return fail(ErrorCode::kInvalidArgument, fmt::format("a {} needs a name", resource.kind));
  if (resource.namespaced && name.ns.empty())
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} \"{}\" needs a namespace", resource.kind, name.name));
  return {};
}

/// Fills in what an applied object must say and a caller need not repeat.
void complete(json::value& object, const Resource& resource, const ObjectName& name) {
  if (!object.is_object()) return;
  auto& fields = object.get_object();
  if (!fields.contains("apiVersion")) fields["apiVersion"] = resource.api_version();
  if (!fields.contains("kind")) fields["kind"] = resource.kind;
  if (!fields.contains("metadata")) fields["metadata"] = json::object{};
  auto* metadata = fields["metadata"].if_object();
  if (metadata == nullptr) return;
  if (!name.name.empty() && !metadata->contains("name")) (*metadata)["name"] = name.name;
  if (resource.namespaced && !name.ns.empty()) (*metadata)["namespace"] = name.ns;
}

json::value delete_body(const DeleteOptions& options) {
  json::object body{
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", options.propagation}};
  json::object preconditions;
  if (!options.uid.empty()) preconditions["uid"] = options.uid;
  if (!options.resource_version.empty()) preconditions["resourceVersion"] = options.resource_version;
  if (!preconditions.empty()) body["preconditions"] = std::move(preconditions);
  if (options.grace_period_seconds) body["gracePeriodSeconds"] = *options.grace_period_seconds;
  if (options.dry_run == DryRun::kYes) body["dryRun"] = json::array{"All"};
  return body;
}

}  // namespace

Result<std::unique_ptr<Client>> Client::create(asio::any_io_executor executor, ClusterConfig config,
                                               ClientOptions how) {
  http::ClientOptions options;
  options.host = config.server.host;
  options.port = config.server.port;
  options.max_connections = how.max_connections;
  options.max_response_bytes = std::size_t{256} * 1024 * 1024;
  const auto writes = std::make_shared<std::size_t>(0);
  if (how.fence != nullptr)
    options.permit = [fence = how.fence, writes](const http::Request& request) {
      return ask(*fence, writes, request);
    };
  if (config.server.scheme == "https") {
    options.tls = http::TlsOptions{config.ca_pem, config.client_cert_pem, config.client_key_pem,
                                   config.tls_server_name, config.verification};
  }
  auto for_logs = options;
  for_logs.max_connections = kLogConnections;
  auto http = http::Client::create(executor, std::move(options));
  if (!http) return std::unexpected(http.error());
  auto logs = http::Client::create(std::move(executor), std::move(for_logs));
  if (!logs) return std::unexpected(logs.error());
  return std::unique_ptr<Client>(
      new Client(std::move(config), *std::move(http), *std::move(logs), how.fence, writes));
}

Client::Client(ClusterConfig config, std::unique_ptr<http::Client> http, std::unique_ptr<http::Client> logs,
               const WriteFence* fence, std::shared_ptr<std::size_t> writes)
    : config_(std::move(config)),
      http_(std::move(http)),
      logs_(std::move(logs)),
      fence_(fence),
      writes_(std::move(writes)),
      token_(config_.token) {
  if (config_.server.target.ends_with('/')) config_.server.target.pop_back();
}

Client::~Client() = default;

/// Adds what every request needs: the server's base path and the token, read again as it is rotated.
void Client::prepare(http::Request& request) {
  request.target = config_.server.target + request.target;
  request.headers.set("User-Agent", "storefleet");
  const auto now = SteadyClock::now();
  if (!config_.token_file.empty() && (token_.empty() || now - token_read_at_ > kTokenLifetime)) {
    std::ifstream file(config_.token_file);
    std::string text;
    if (std::getline(file, text) && !text.empty()) token_ = text;  // else keep the old one
    token_read_at_ = now;
  }
  if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
}

Task<Result<http::Response>> Client::send(http::Request request, Deadline deadline) {
  if (is_write(request) && fence_ != nullptr)
    request.target +=
        fmt::format("{}timeout={}ms", request.target.contains('?') ? '&' : '?', fence_->longest().count());
  auto response = co_await send_through(*http_, std::move(request), deadline);
  co_return response;
}

Task<bool> Client::writes_ended(std::chrono::milliseconds at_most) const {
  const auto until = SteadyClock::now() + at_most;
  while (*writes_ > 0 && SteadyClock::now() < until) {
    const bool waited = co_await sleep_for(std::chrono::milliseconds(2));
    if (!waited) break;
  }
  co_return *writes_ == 0;
}

Task<Result<http::Response>> Client::send_through(http::Client& connections, http::Request request,
                                                  Deadline deadline) {
  const auto until = SteadyClock::now() + deadline;
  prepare(request);
  for (int repeats = 0;; ++repeats) {
    const auto left = std::chrono::duration_cast<Deadline>(until - SteadyClock::now());
    auto response = co_await connections.send(request, left);
    if (!response) co_return std::unexpected(response.error().within("the API server"));
    if (response->status < 400) co_return response;
    auto error = status_error(response->status, response->body);
    if (response->status == 401) token_read_at_ = {};  // perhaps rotated meanwhile
    if (response->status != 429 || repeats >= kMaxThrottleRepeats) co_return std::unexpected(error);
    const auto wait = retry_after(*response);
    if (SteadyClock::now() + wait >= until) co_return std::unexpected(error);
    const bool waited = co_await sleep_for(wait);
    if (!waited) co_return fail(ErrorCode::kCancelled, "the call was cancelled");
  }
}

Task<Result<json::value>> Client::send_json(http::Request request, Deadline deadline) {
  const auto response = co_await send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  // The answer to a change holds the whole object, also what others wrote into it.
  auto parsed = parse_json_flattened(response->body);
  if (!parsed) co_return fail(ErrorCode::kInternal, "the API server's answer is " + parsed.error().message);
  co_return parsed;
}

Task<Result<json::value>> Client::get(Resource resource, ObjectName name, Deadline deadline) {
  const auto named = require_name(resource, name);
  if (!named) co_return std::unexpected(named.error());
  auto request = request_of("GET", object_path(resource, name));
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

Task<Result<json::value>> Client::list(Resource resource, std::string ns, ListOptions options,
                                       Deadline deadline) {
  auto request = list_request(resource, ns, options);
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

Task<Result<ListPosition>> Client::list_items(Resource resource, std::string ns, ListOptions options,
                                              std::function<void(const json::value&)> on_item,
                                              Deadline deadline) {
  auto request = list_request(resource, ns, options);
  const auto response = co_await send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  const auto members = scan_members(response->body);
  if (!members) co_return fail(ErrorCode::kInternal, "the API server's list is " + members.error().message);
  ListPosition position;
  for (const auto& [key, text] : *members) {
    if (key == "metadata") {
      const auto metadata = parse_json(text);
      if (!metadata)
        co_return fail(ErrorCode::kInternal, "the list's metadata is " + metadata.error().message);
      position = {string_or(*metadata, {"continue"}), string_or(*metadata, {"resourceVersion"})};
    } else if (key == "items" && text != "null") {
      const auto items = scan_elements(text);
      if (!items) co_return fail(ErrorCode::kInternal, "the list's items are " + items.error().message);
      for (const auto item : *items) on_item(readable_object(item));
    }
  }
  if (position.resource_version.empty())
    co_return fail(ErrorCode::kInternal, "the API server's list has no version");
  co_return position;
}

Task<Result<json::value>> Client::create(Resource resource, std::string ns, json::value object,
                                         Deadline deadline) {
  if (resource.namespaced && ns.empty())
    co_return fail(ErrorCode::kInvalidArgument, fmt::format("a {} needs a namespace", resource.kind));
  complete(object, resource, {ns, ""});
  http::QueryParameters query;
  query.add("fieldManager", std::string(kFieldManager));
  auto request = request_with("POST", target_of(object_path(resource, {ns, ""}), query), object);
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

Task<Result<json::value>> Client::apply(Resource resource, ObjectName name, json::value object,
                                        ApplyOptions options, Deadline deadline) {
  const auto named = require_name(resource, name);
  if (!named) co_return std::unexpected(named.error());
  complete(object, resource, name);
  http::QueryParameters query;
  query.add("fieldManager", options.field_manager);
  query.add("force", options.force ? "true" : "false");
  if (options.dry_run == DryRun::kYes) query.add("dryRun", "All");
  // The body is JSON, which is YAML; servers before 1.32 know only this media type.
  auto request = request_with("PATCH", target_of(object_path(resource, name, options.subresource), query),
                              object, "application/apply-patch+yaml");
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

Task<Result<json::value>> Client::patch(std::string_view media_type, Resource resource, ObjectName name,
                                        json::value body, std::string subresource, Deadline deadline) {
  const auto named = require_name(resource, name);
  if (!named) co_return std::unexpected(named.error());
  http::QueryParameters query;
  query.add("fieldManager", std::string(kFieldManager));
  auto request =
      request_with("PATCH", target_of(object_path(resource, name, subresource), query), body, media_type);
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

Task<Result<json::value>> Client::merge_patch(Resource resource, ObjectName name, json::value patch_body,
                                              std::string subresource, Deadline deadline) {
  auto result = co_await patch("application/merge-patch+json", resource, std::move(name),
                               std::move(patch_body), std::move(subresource), deadline);
  co_return result;
}

Task<Result<json::value>> Client::json_patch(Resource resource, ObjectName name, json::value operations,
                                             std::string subresource, Deadline deadline) {
  auto result = co_await patch("application/json-patch+json", resource, std::move(name),
                               std::move(operations), std::move(subresource), deadline);
  co_return result;
}

Task<Result<json::value>> Client::replace(Resource resource, ObjectName name, json::value object,
                                          std::string subresource, Deadline deadline) {
  const auto named = require_name(resource, name);
  if (!named) co_return std::unexpected(named.error());
  complete(object, resource, name);
  http::QueryParameters query;
  query.add("fieldManager", std::string(kFieldManager));
  auto request = request_with("PUT", target_of(object_path(resource, name, subresource), query), object);
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

Task<Result<json::value>> Client::remove(Resource resource, ObjectName name, DeleteOptions options,
                                         Deadline deadline) {
  const auto named = require_name(resource, name);
  if (!named) co_return std::unexpected(named.error());
  const auto body = delete_body(options);
  auto request = request_with("DELETE", object_path(resource, name), body);
  auto result = co_await send_json(std::move(request), deadline);
  co_return result;
}

}  // namespace storefleet::k8s
