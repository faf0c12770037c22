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
  explicit ClusterCaches(k8s::Client& client);

  /// `changed` gets the name of the store that something changed for. Set it before start().
  void on_change(std::function<void(const std::string& store)> changed) { changed_ = std::move(changed); }

  /// Spawns one watcher a kind.
  void start(TaskScope& scope);
  [[nodiscard]] bool synced() const;
  /// Namespaces whose store is known, for tests: bounded by what there is.
  [[nodiscard]] std::size_t known_namespaces() const { return store_of_namespace_.size(); }
  /// Ends when every first list is complete, or early when its task is cancelled.
  Task<void> wait_synced() const;

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
  controller::WatchCache<WorkloadView> deployments;
  controller::WatchCache<WorkloadView> stateful_sets;
  controller::WatchCache<PodView> pods;
  controller::WatchCache<VolumeClaimView> claims;
  controller::WatchCache<VolumeView> volumes;  // indexed by the namespace of their claim

 private:
  /// Every cache: what all of them need is done over this list.
  auto all(this auto& self) {
    return std::tie(self.stores, self.namespaces, self.host_claims, self.bindings, self.quotas, self.limits,
                    self.network_policies, self.ingresses, self.deployments, self.stateful_sets, self.pods,
                    self.claims, self.volumes);
  }

  void namespace_changed(const std::string& ns);
  void forget_namespaces();
  /// A host name became free: perhaps one of those that wait for a name wanted this one.
  void wake_conflicting_stores();

  std::function<void(const std::string& store)> changed_;
  std::map<std::string, std::string> claimed_;  // last label first, so that what is below a host follows it
  std::unordered_map<std::string, std::string> store_of_namespace_;  // also of namespaces that just went
};

}  // namespace storefleet::store_operator
