#include "app/config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/enum_names.hpp"
#include "base/json.hpp"

namespace storefleet::app {
namespace {

constexpr auto kRoles =
    enum_names<Role>({{Role::kAll, "all"}, {Role::kApi, "api"}, {Role::kController, "controller"}});
constexpr auto kLevels = enum_names<LogLevel>({{LogLevel::kDebug, "debug"},
                                               {LogLevel::kInfo, "info"},
                                               {LogLevel::kWarning, "warn"},
                                               {LogLevel::kError, "error"}});
constexpr auto kFormats = enum_names<LogFormat>({{LogFormat::kText, "text"}, {LogFormat::kJson, "json"}});

constexpr std::int64_t kMostOfALimit = 100'000;
constexpr std::chrono::seconds kShortestLease{6};  // below that a slow API server looks like one that is gone
constexpr std::chrono::seconds kLongestLease{300};
constexpr std::size_t kReservedShare = 16;  // of connections, for proxies

Result<std::string> read_secret(const std::string& folder, std::string_view name) {
  const auto path = fmt::format("{}/{}", folder, name);
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kNotFound, fmt::format("cannot read {}", path));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return fail(ErrorCode::kInvalidArgument, fmt::format("{} is empty", path));
  return text;
}

std::vector<std::string> texts_at(const json::value& document, std::initializer_list<std::string_view> path) {
  std::vector<std::string> texts;
  for (const auto& each : array_at(document, path))
    if (each.is_string()) texts.push_back(to_std(each.get_string()));
  return texts;
}

engines::PlatformSettings parse_settings(const json::value& document) {
  engines::PlatformSettings settings;
  settings.platform_namespace = string_or(document, {"namespace"}, settings.platform_namespace);
  settings.base_domain = string_or(document, {"baseDomain"}, settings.base_domain);
  settings.platform_host = string_or(document, {"platformHost"});
  settings.other_hosts = texts_at(document, {"otherHosts"});
  settings.url_scheme = string_or(document, {"urlScheme"}, settings.url_scheme);
  settings.url_port = int_or(document, {"urlPort"}, settings.url_port);
  settings.ingress_class = string_or(document, {"ingressClass"});
  settings.ingress_annotations = object_at(document, {"ingressAnnotations"});
  settings.ingress_peers = array_at(document, {"ingressPeers"});
  settings.blocked_egress = array_at(document, {"blockedEgress"});
  settings.allowed_egress = array_at(document, {"allowedEgress"});
  settings.allow_smtp = bool_or(document, {"allowSmtp"}, settings.allow_smtp);
  settings.isolation_required = bool_or(document, {"isolation", "required"}, settings.isolation_required);
  settings.isolation_minutes = int_or(document, {"isolation", "intervalMinutes"}, settings.isolation_minutes);
  settings.upgrades_at_once = static_cast<std::size_t>(std::max<std::int64_t>(
      1, int_or(document, {"upgrades", "atOnce"}, static_cast<std::int64_t>(settings.upgrades_at_once))));
  settings.upgrades_paused = bool_or(document, {"upgrades", "paused"}, settings.upgrades_paused);
  settings.images_on_nodes = bool_or(document, {"upgrades", "prepull"}, settings.images_on_nodes);
  settings.probe_namespace = string_or(document, {"isolation", "namespace"}, settings.probe_namespace);
  settings.controller_pod_labels = object_at(document, {"controllerPodLabels"});
  settings.storage_class = string_or(document, {"storageClass"});
  settings.volumes_can_grow = bool_or(document, {"volumesCanGrow"}, settings.volumes_can_grow);
  settings.service_type = string_or(document, {"storeServiceType"}, settings.service_type);
  settings.pull_policy = string_or(document, {"pullPolicy"}, settings.pull_policy);
  for (const auto& [key, reference] : object_at(document, {"images"}))
    if (reference.is_string()) settings.images[key] = to_std(reference.get_string());
  return settings;
}

/// What the chart's config has under `limits`, on top of the defaults.
Result<api::Limits> read_limits(const json::value& document) {
  api::Limits limits;
  const std::initializer_list<std::pair<std::string_view, std::size_t*>> settings = {
      {"connections", &limits.connections.total},
      {"connectionsPerAddress", &limits.connections.each},
      {"streams", &limits.streams.total},
      {"streamsPerUser", &limits.streams.each},
      {"followedLogs", &limits.followed_logs.total},
      {"followedLogsPerUser", &limits.followed_logs.each},
      {"logReads", &limits.log_reads.total},
      {"logReadsPerUser", &limits.log_reads.each},
      {"loginsWaiting", &limits.hashing.total},
      {"loginsWaitingPerAddress", &limits.hashing.each},
  };
  for (const auto& [key, value] : object_at(document, {"limits"})) {
    const auto known = std::ranges::find(settings, std::string_view(key.data(), key.size()),
                                         &std::pair<std::string_view, std::size_t*>::first);
    json::error_code not_a_number;
    const auto number = value.to_number<std::int64_t>(not_a_number);
    if (known == settings.end() || not_a_number || number < 1 || number > kMostOfALimit)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("limits.{} is unknown, or not a whole number from 1 to {}",
                              std::string_view(key.data(), key.size()), kMostOfALimit));
    *known->second = static_cast<std::size_t>(number);
  }
  limits.connections.reserve = limits.connections.total / kReservedShare;
  return limits;
}

/// What the chart's config has under `oidc`; nothing where it names no issuer.
Result<std::optional<oidc::OidcConfig>> read_oidc(const json::value& document,
                                                  const std::string& secrets_folder) {
  oidc::OidcConfig oidc;
  oidc.issuer = string_or(document, {"oidc", "issuer"});
  if (oidc.issuer.empty()) return std::nullopt;
  oidc.public_url = string_or(document, {"publicUrl"});
  oidc.client_id = string_or(document, {"oidc", "clientId"});
  oidc.display_name = string_or(document, {"oidc", "displayName"}, oidc.display_name);
  if (auto scopes = texts_at(document, {"oidc", "scopes"}); !scopes.empty()) oidc.scopes = std::move(scopes);
  oidc.username_claim = string_or(document, {"oidc", "usernameClaim"}, oidc.username_claim);
  oidc.groups_claim = string_or(document, {"oidc", "groupsClaim"}, oidc.groups_claim);
  oidc.admin_group = string_or(document, {"oidc", "adminGroup"});
  oidc.create_users = bool_or(document, {"oidc", "createUsers"}, false);
  oidc.default_team = string_or(document, {"oidc", "defaultTeam"});
  oidc.ca_certificate = string_or(document, {"oidc", "caCertificate"});
  auto secret = read_secret(secrets_folder, "oidcClientSecret");
  // A public client has no such file. One that is there and empty is a mistake.
  if (!secret && secret.error().code != ErrorCode::kNotFound) return std::unexpected(secret.error());
  oidc.client_secret = std::move(secret).value_or("");
  if (auto checked = oidc::check_oidc_config(oidc); !checked) return std::unexpected(checked.error());
  return oidc;
}

}  // namespace

Result<ServeConfig> load_serve_config(const ServeOptions& options) {
  const auto role = kRoles.value_of(options.role);
  if (!role)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--role must be all, api or controller, not '{}'", options.role));
  const auto document = load_yaml_file(options.config_path);
  if (!document) return std::unexpected(document.error().within("--config"));
  ServeConfig config;
  config.role = *role;
  config.settings = parse_settings(*document);
  config.ingress_address = string_or(*document, {"ingressAddress"});
  config.engines_folder = string_or(*document, {"enginesDir"});
  for (const auto& name : array_at(*document, {"enabledEngines"}))
    if (name.is_string()) config.enabled_engines.push_back(to_std(name.get_string()));
  config.own_hosts = texts_at(*document, {"ownHosts"});
  config.helm_helper = string_or(*document, {"helmHelper"});
  config.dashboard_folder = string_or(*document, {"dashboardDir"});
  config.docs_folder = string_or(*document, {"docsDir"});
  config.listen_port = static_cast<std::uint16_t>(int_or(*document, {"listenPort"}, config.listen_port));
  config.metrics_port = static_cast<std::uint16_t>(int_or(*document, {"metricsPort"}, config.metrics_port));
  config.history_days = std::chrono::days(int_or(*document, {"historyDays"}, config.history_days.count()));
  config.audit_days = std::chrono::days(int_or(*document, {"auditDays"}, config.audit_days.count()));
  config.lease = std::chrono::seconds(int_or(*document, {"leaseSeconds"}, config.lease.count()));
  if (config.lease < kShortestLease || config.lease > kLongestLease)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: leaseSeconds must be from {} to {}", options.config_path,
                            kShortestLease.count(), kLongestLease.count()));
  const auto* limit = find_at(*document, {"rateLimit", "requestsPerSecond"});
  json::error_code not_a_number;
  if (limit != nullptr) config.rate_limit.requests_per_second = limit->to_number<double>(not_a_number);
  config.rate_limit.burst = int_or(*document, {"rateLimit", "burst"}, config.rate_limit.burst);
  if (not_a_number || config.rate_limit.requests_per_second < 0 || config.rate_limit.burst < 1)
    return fail(
        ErrorCode::kInvalidArgument,
        options.config_path + ": rateLimit wants requestsPerSecond of 0 or more, and a burst of 1 or more");
  auto limits = read_limits(*document);
  if (!limits) return std::unexpected(limits.error().within(options.config_path));
  config.limits = *limits;
  config.log_level =
      kLevels.value_of(string_or(*document, {"log", "level"}, "info")).value_or(LogLevel::kInfo);
  config.log_format =
      kFormats.value_of(string_or(*document, {"log", "format"}, "json")).value_or(LogFormat::kJson);
  for (const auto& [key, days] :
       {std::pair("historyDays", config.history_days), std::pair("auditDays", config.audit_days)})
    if (days.count() < 1 || days.count() > 36'500)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: {} must be a number of days, 1 or more", options.config_path, key));
  if (config.settings.isolation_minutes < 1 || config.settings.isolation_minutes > 1440)
    return fail(ErrorCode::kInvalidArgument,
                options.config_path + ": isolation.intervalMinutes must be from 1 to 1440");
  if (config.engines_folder.empty())
    return fail(ErrorCode::kInvalidArgument, options.config_path + ": enginesDir is missing");
  if (config.enabled_engines.empty())
    return fail(ErrorCode::kInvalidArgument, options.config_path + ": enabledEngines names no engine");
  if (config.ingress_address.empty())
    return fail(ErrorCode::kInvalidArgument, options.config_path + ": ingressAddress is missing");
  if (*role != Role::kApi && config.helm_helper.empty())
    return fail(ErrorCode::kInvalidArgument, options.config_path + ": helmHelper is missing");
  auto url = read_secret(options.secrets_folder, "databaseUrl");
  if (!url) return std::unexpected(url.error());
  config.database_url = *std::move(url);
  if (*role != Role::kController) {
    auto token = read_secret(options.secrets_folder, "adminToken");
    if (!token) return std::unexpected(token.error());
    config.admin_token = *std::move(token);
    auto oidc = read_oidc(*document, options.secrets_folder);
    if (!oidc) return std::unexpected(oidc.error().within(options.config_path));
    config.oidc = *std::move(oidc);
    auto proxies = api::TrustedProxies::parse(texts_at(*document, {"trustedProxies"}));
    if (!proxies) return std::unexpected(proxies.error().within(options.config_path + ": trustedProxies"));
    config.trusted_proxies = *std::move(proxies);
    config.admin_password = read_secret(options.secrets_folder, "adminPassword").value_or("");
  }
  if (!options.kubeconfig.empty()) config.kubeconfig = options.kubeconfig;
  return config;
}

}  // namespace storefleet::app
