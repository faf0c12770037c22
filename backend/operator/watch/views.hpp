#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

/// What the operator keeps in memory of each Kubernetes object: small projections for its watch caches.
/// Each `*_view` returns nothing for an object that belongs to no store.
namespace storefleet::store_operator {

struct NamespaceView {
  std::string name;
  std::string uid;
  std::string store;         // label storefleet.dev/store
  std::string store_uid;     // annotation storefleet.dev/store-uid
  std::string release_hash;  // annotation storefleet.dev/release
  bool terminating = false;
  std::string kept_by = {};  // while terminating: what Kubernetes says keeps it
};
std::optional<NamespaceView> namespace_view(const json::value& object);

/// A ResourceQuota, LimitRange, NetworkPolicy, Ingress or RoleBinding that the operator applied.
struct OwnedView {
  std::string name;
  std::string uid;
  std::string hash;  // annotation storefleet.dev/hash
  bool deleting = false;
  bool quota_filled = false;  // ResourceQuota: status.hard is there, so pods will be admitted
  std::string used_up = {};   // ResourceQuota: what it has no more of, such as "pods (1 of 1)"
};
std::optional<OwnedView> owned_view(const json::value& object);

struct WorkloadView {
  std::string name;
  std::string uid;
  bool ready = false;           // the newest generation runs with all its replicas ready
  std::string update_revision;  // StatefulSet: revision that its pods should have
  bool deleting = false;
  std::string replica_failure = {};  // Deployment: why a pod cannot be made
};
std::optional<WorkloadView> workload_view(const json::value& object);

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

/// Whether a namespace name has the form of a store namespace.
bool is_store_namespace(std::string_view name);

}  // namespace storefleet::store_operator
