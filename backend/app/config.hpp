#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/client_address.hpp"
#include "api/limits.hpp"
#include "api/rate_limit.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "engines/settings.hpp"
#include "oidc/config.hpp"

namespace storefleet::app {

enum class Role { kAll, kApi, kController };

/// Everything that `storefleet serve` is told: the platform chart's config.yaml, and files with secrets.
struct ServeConfig {
  Role role = Role::kAll;
  engines::PlatformSettings settings;
  std::string ingress_address;
  std::string engines_folder;
  std::vector<std::string> enabled_engines;
  std::string helm_helper;
  std::vector<std::string> own_hosts;  // all that the API answers to besides the platform's host; none: any
  std::uint16_t listen_port = 8080;
  std::uint16_t metrics_port = 8081;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kJson;
  std::string dashboard_folder;        // empty, or not there: a landing page in its place
  std::string docs_folder;             // Swagger UI; empty, or not there: none
  std::chrono::days history_days{30};  // events and receipts that are older go
  std::chrono::days audit_days{365};   // audit entries that are older go
  std::chrono::seconds lease{15};      // what a leader that is gone is waited for
  api::RateLimit rate_limit{.requests_per_second = 200, .burst = 2000};
  api::Limits limits;
  std::string database_url;
  std::string admin_token;               // API roles only
  std::string admin_password;            // of the first user `admin`; empty: none is made
  std::optional<oidc::OidcConfig> oidc;  // API roles only; none: passwords only
  api::TrustedProxies trusted_proxies;   // whose X-Forwarded-For counts
  std::optional<std::string> kubeconfig;
};

/// The command line of `serve`.
struct ServeOptions {
  std::string role = "all";
  std::string config_path = "/etc/storefleet/config.yaml";
  std::string secrets_folder = "/etc/storefleet/secrets";
  std::string kubeconfig;
};

/// Reads the files that the options name; the error says which setting is missing or wrong.
Result<ServeConfig> load_serve_config(const ServeOptions& options);

}  // namespace storefleet::app
