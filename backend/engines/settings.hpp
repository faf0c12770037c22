#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "domain/hosts.hpp"

namespace storefleet::engines {

/// What the operator of the platform decided for all stores; from the platform's values file.
struct PlatformSettings {
  std::string platform_namespace = "storefleet-system";
  std::string base_domain = "storefleet.localhost";
  std::string platform_host = {};             // of dashboard and API; empty: the base domain
  std::vector<std::string> other_hosts = {};  // under which they answer too
  std::string url_scheme = "http";
  std::int64_t url_port = 80;  // public port, for printed URLs
  std::string ingress_class;
  json::object ingress_annotations;
  json::array ingress_peers;   // NetworkPolicy peers of the ingress controller, verbatim
  json::array blocked_egress;  // CIDRs, v4 and v6, that stores must not reach, besides those of egress.hpp
  json::array allowed_egress;  // CIDRs that they may reach all the same
  bool allow_smtp = false;     // port 25, which mail servers talk to each other on
  json::object controller_pod_labels;
  std::string controller_account = "storefleet-controller";
  std::string api_account = "storefleet-api";
  std::string storage_class;               // empty: the cluster's default
  bool volumes_can_grow = false;           // the class allows expansion
  std::string service_type = "ClusterIP";  // of the storefront: or NodePort, LoadBalancer
  std::string pull_policy = "IfNotPresent";
  bool isolation_required = false;      // make no store unless the cluster is seen to enforce NetworkPolicies
  std::int64_t isolation_minutes = 60;  // between two looks
  std::size_t upgrades_at_once = 5;     // of an engine's stores, when the platform changes
  bool upgrades_paused = false;
  bool images_on_nodes = false;  // DaemonSets of the platform pull the images of stores
  std::string probe_namespace = "storefleet-probe";
  std::map<std::string, std::string> images;  // key of engine.yaml → reference

  [[nodiscard]] PlatformHosts hosts() const {
    return {.base_domain = base_domain, .own_host = platform_host, .other_hosts = other_hosts};
  }
};

}  // namespace storefleet::engines
