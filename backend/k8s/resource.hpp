#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace storefleet::k8s {

/// As whom this program writes, in metadata.managedFields.
inline constexpr std::string_view kFieldManager = "storefleet";

/// A kind of object as the API server names it. The views point at literals: copy freely.
struct Resource {
  std::string_view group;  // empty: the core group
  std::string_view version;
  std::string_view plural;
  std::string_view kind;
  bool namespaced = true;
  bool operator==(const Resource&) const = default;

  /// "v1", "apps/v1"
  [[nodiscard]] std::string api_version() const;
};

inline constexpr Resource kNamespace{"", "v1", "namespaces", "Namespace", false};
inline constexpr Resource kPod{"", "v1", "pods", "Pod"};
inline constexpr Resource kService{"", "v1", "services", "Service"};
inline constexpr Resource kSecret{"", "v1", "secrets", "Secret"};
inline constexpr Resource kConfigMap{"", "v1", "configmaps", "ConfigMap"};
inline constexpr Resource kEvent{"", "v1", "events", "Event"};
inline constexpr Resource kEndpointSlice{"discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"};
inline constexpr Resource kPersistentVolumeClaim{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"};
inline constexpr Resource kPersistentVolume{"", "v1", "persistentvolumes", "PersistentVolume", false};
inline constexpr Resource kResourceQuota{"", "v1", "resourcequotas", "ResourceQuota"};
inline constexpr Resource kLimitRange{"", "v1", "limitranges", "LimitRange"};
inline constexpr Resource kDeployment{"apps", "v1", "deployments", "Deployment"};
inline constexpr Resource kStatefulSet{"apps", "v1", "statefulsets", "StatefulSet"};
inline constexpr Resource kDaemonSet{"apps", "v1", "daemonsets", "DaemonSet"};
inline constexpr Resource kIngress{"networking.k8s.io", "v1", "ingresses", "Ingress"};
inline constexpr Resource kNetworkPolicy{"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"};
inline constexpr Resource kRoleBinding{"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"};
inline constexpr Resource kLease{"coordination.k8s.io", "v1", "leases", "Lease"};
inline constexpr Resource kPodMetrics{"metrics.k8s.io", "v1beta1", "pods", "PodMetrics"};
inline constexpr Resource kStore{"storefleet.dev", "v1alpha1", "stores", "Store", false};
inline constexpr Resource kHostClaim{"storefleet.dev", "v1alpha1", "hostclaims", "HostClaim", false};

/// Namespace (empty for cluster-scoped kinds) and name of an object.
struct ObjectName {
  std::string ns = {};
  std::string name = {};
  auto operator<=>(const ObjectName&) const = default;
};

/// "namespace/name", or "name" without a namespace.
std::string to_string(const ObjectName& name);

/// The path of a collection (`name` empty) or an object, e.g.
/// "/apis/apps/v1/namespaces/shop/deployments/web/status". Parts are percent-encoded.
std::string object_path(const Resource& resource, const ObjectName& name, std::string_view subresource = "");

// Accessors of an object's metadata; empty, zero or nothing where absent. The views live as long as `object`.
std::string_view meta_name(const json::value& object);
std::string_view meta_namespace(const json::value& object);
std::string_view meta_uid(const json::value& object);
std::string_view meta_resource_version(const json::value& object);
std::int64_t meta_generation(const json::value& object);
std::optional<std::string_view> meta_label(const json::value& object, std::string_view key);
std::optional<std::string_view> meta_annotation(const json::value& object, std::string_view key);
bool has_deletion_timestamp(const json::value& object);
ObjectName object_name(const json::value& object);

}  // namespace storefleet::k8s

template <>
struct std::hash<storefleet::k8s::ObjectName> {
  std::size_t operator()(const storefleet::k8s::ObjectName& name) const noexcept {
    const std::size_t first = std::hash<std::string>{}(name.ns);
    return first ^
           (std::hash<std::string>{}(name.name) + 0x9e3779b97f4a7c15ULL + (first << 6) + (first >> 2));
  }
};
