#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "controller/watch_cache.hpp"
#include "domain/store.hpp"
#include "operator/watch/views.hpp"

namespace storefleet::store_operator {

/// Watch caches of everything that a store is made of; the only eyes of the operator. One thread. Namespaced
/// kinds are indexed by namespace, cluster-scoped ones by the UID of their store.
class ClusterCaches {
 public:
  /// `ingress_controller` is the Service that shoppers' requests come in by; without a name it is not looked
  /// at.
  explicit ClusterCaches(k8s::Client& client, k8s::ObjectName ingress_controller = {});

  /// `changed` gets the name of the store that something changed for. Set it before start().
  void on_change(std::function<void(const std::string& store)> changed) { changed_ = std::move(changed); }

  /// Spawns one watcher a kind.
  void start(TaskScope& scope);
  [[nodiscard]] bool synced() const;
  /// Namespaces whose store is known, for tests: bounded by what there is.
  [[nodiscard]] std::size_t known_namespaces() const { return store_of_namespace_.size(); }
  /// Ends when every first list is complete, or early when its task is cancelled.
  Task<void> wait_synced() const;

  /// The namespace of a store, or nullptr; and the other way round. Valid until the next change.
  [[nodiscard]] const NamespaceView* namespace_of(const Store& store) const;
  [[nodiscard]] const Store* store_of(const std::string& ns) const;
  /// Whether nobody takes shoppers' requests: the ingress controller's Service leads to no ready pod.
  [[nodiscard]] bool ingress_is_down() const;

  /// The claims on names below and above a host, not on itself. Valid until the next change.
  [[nodiscard]] std::vector<std::pair<std::string, const HostClaimView*>> related_claims(
      std::string_view host) const;

  controller::WatchCache<Store> stores;
  controller::WatchCache<NamespaceView> namespaces;
  controller::WatchCache<HostClaimView> host_claims;
  controller::WatchCache<OwnedView> bindings;
  controller::WatchCache<OwnedView> quotas;
  controller::WatchCache<OwnedView> limits;
  controller::WatchCache<OwnedView> network_policies;
  controller::WatchCache<OwnedView> ingresses;
  controller::WatchCache<ServiceView> services;
  controller::WatchCache<EndpointsView> endpoints;
  controller::WatchCache<ReleaseView> releases;
  controller::WatchCache<SecretView> secrets;
  controller::WatchCache<SecretView> admin_secrets;
  controller::WatchCache<SecretView> kept_secrets;
  controller::WatchCache<WorkloadView> deployments;
  controller::WatchCache<WorkloadView> stateful_sets;
  controller::WatchCache<PodView> pods;
  controller::WatchCache<VolumeClaimView> claims;
  controller::WatchCache<VolumeView> volumes;  // indexed by the namespace of their claim

 private:
  /// Every cache: what all of them need is done over this list.
  auto all(this auto& self) {
    return std::tie(self.stores, self.namespaces, self.host_claims, self.bindings, self.quotas, self.limits,
                    self.network_policies, self.ingresses, self.services, self.endpoints, self.releases,
                    self.secrets, self.admin_secrets, self.kept_secrets, self.deployments, self.stateful_sets,
                    self.pods, self.claims, self.volumes);
  }

  void namespace_changed(const std::string& ns);
  void store_changed(const Store* old, const Store* now);
  void endpoints_changed(const k8s::ObjectName& name);
  /// A host name became free: perhaps one of those that wait for a name wanted this one.
  void wake_conflicting_stores();

  std::function<void(const std::string& store)> changed_;
  std::map<std::string, std::string> claimed_;  // last label first, so that what is below a host follows it
  std::unordered_map<std::string, std::string> store_of_namespace_;
  k8s::ObjectName ingress_controller_;
  bool ingress_was_down_ = false;
};

}  // namespace storefleet::store_operator
