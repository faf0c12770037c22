#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

/// What the operator keeps in memory of each Kubernetes object: small projections for its watch caches.
/// Each `*_view` returns nothing for an object that belongs to no store.
namespace storefleet::store_operator {

struct NamespaceView {
  std::string name;
  std::string uid;
  std::uint64_t marks = 0;  // of engines::namespace_marks
  bool terminating = false;
  std::string kept_by = {};  // while terminating: what Kubernetes says keeps it
};
std::optional<NamespaceView> namespace_view(const json::value& object);

/// A ResourceQuota, LimitRange, NetworkPolicy, Ingress or RoleBinding that the operator applied.
struct OwnedView {
  std::string name;
  std::string uid;
  std::uint64_t fingerprint = 0;  // of what is set of it, see engines/settled.hpp
  bool deleting = false;
  bool quota_filled = false;  // ResourceQuota: status.hard is there, so pods will be admitted
  std::string used_up = {};   // ResourceQuota: what it has no more of, such as "pods (1 of 1)"
};
/// Whether an object of one of those kinds is the operator's own, and no other one in a store's namespace.
bool is_the_platforms(const json::value& object);
OwnedView owned_view(std::string_view kind, const json::value& object);

struct WorkloadView {
  std::string name;
  std::string uid;
  std::uint64_t fingerprint = 0;  // of what is set of it, see k8s/set_fields.hpp
  bool ready = false;             // the newest generation runs with all its replicas ready
  std::string update_revision;    // StatefulSet: revision that its pods should have
  bool deleting = false;
  std::string replica_failure = {};  // Deployment: why a pod cannot be made
};
std::optional<WorkloadView> workload_view(const json::value& object);

struct ServiceView {
  std::string name;
  std::uint64_t fingerprint = 0;
  bool deleting = false;
  bool selects = false;  // it leads to pods
};
std::optional<ServiceView> service_view(const json::value& object);

/// Where a Service leads, as far as one slice of it tells.
struct EndpointsView {
  std::string service;
  bool ready = false;  // somebody is there who takes requests
};
EndpointsView endpoints_view(const json::value& object);

/// Helm's record of the store's release.
struct ReleaseView {
  std::uint64_t digest =
      0;                   // of all that it was made from; 0 where the record is not what the platform wrote
  std::uint64_t spec = 0;  // of what the store's team said of that; 0 where an older platform did not note it
  /// "Kind/name" of everything in it, with the fingerprint that it was written with.
  std::vector<std::pair<std::string, std::uint64_t>> objects;
};
std::optional<ReleaseView> release_view(const json::value& object);

/// A Secret of the store; never its values.
struct SecretView {
  std::uint64_t content = 0;  // of its data
  std::uint64_t noted = 0;    // what that was when the platform wrote it
  // Of the kept one: what the other two should be.
  std::uint64_t secrets = 0;
  std::uint64_t admin = 0;
  std::string remade = {};  // annotation storefleet.dev/remade
};
std::optional<SecretView> secret_view(const json::value& object);

struct PodView {
  std::string name;
  std::string uid;
  std::string component;     // label app.kubernetes.io/component
  std::string stateful_set;  // owner, if it is one, and the revision the pod was made from
  std::string revision;
  std::string ip;
  bool running = false;  // every container runs
  bool ready = false;
  bool ended = false;  // failed or succeeded: it stays, but nothing of it runs
  bool deleting = false;
  std::string unschedulable;      // the scheduler's message
  std::string waiting_container;  // first container that waits, why, and what the kubelet says of it
  std::string waiting_reason;
  std::string waiting_message;
  int restarts = 0;               // of the container that restarted most
  std::string crashed_container;  // that one, with its last exit
  std::string last_exit;
};
std::optional<PodView> pod_view(const json::value& object);

struct VolumeClaimView {
  std::string name;
  std::string uid;
  std::string size;  // requested
  bool bound = false;
  bool deleting = false;
};
std::optional<VolumeClaimView> volume_claim_view(const json::value& object);

struct VolumeView {
  std::string name;
  std::string claim_namespace;
  bool retained = false;  // its class keeps volumes: it is not waited for
};
std::optional<VolumeView> volume_view(const json::value& object);

struct HostClaimView {
  std::string uid;
  std::string store_uid;
  std::string store_name;
  std::string created_at = {};  // as the API server writes it: the text of an older one is the lesser
};
std::optional<HostClaimView> host_claim_view(const json::value& object);

}  // namespace storefleet::store_operator
