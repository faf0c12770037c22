#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "http/client.hpp"

namespace storefleet::k8s {

/// How to reach and authenticate to one API server.
struct ClusterConfig {
  http::Url server;
  std::string ca_pem = {};
  std::string tls_server_name = {};
  http::TlsVerification verification = http::TlsVerification::kPeerAndName;
  std::string client_cert_pem = {};
  std::string client_key_pem = {};
  std::string token = {};       // bearer token, or:
  std::string token_file = {};  // file that holds it and is read again as it rotates
  std::string ns = "default";   // the namespace that calls without one belong to
};

/// Reads one context (default: current-context) of a kubeconfig file; relative paths in it are taken from
/// its folder. NotFound without file or context; InvalidArgument names what it cannot use (exec and
/// auth-provider plugins: it says which command makes a file without them).
Result<ClusterConfig> load_kubeconfig(const std::string& path, std::optional<std::string> context = {});

/// The service account of the pod this runs in; NotFound outside a cluster. `root` is the mount point.
Result<ClusterConfig> in_cluster_config(
    const std::string& root = "/var/run/secrets/kubernetes.io/serviceaccount");

/// The first that exists of: `explicit_path`, $KUBECONFIG (first readable file of the list), the pod's
/// service account, ~/.kube/config. NotFound says where it looked.
Result<ClusterConfig> discover_config(std::optional<std::string> explicit_path = {});

}  // namespace storefleet::k8s
