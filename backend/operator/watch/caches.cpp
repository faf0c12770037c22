#include "operator/watch/caches.hpp"

#include "base/log.hpp"
#include "domain/hosts.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

using controller::ReflectorOptions;
using controller::WatchCache;

/// A store may be 1 MiB large; how many of them may come in one answer.
constexpr int kStoresInPage = 50;

ReflectorOptions managed() {
  return {.label_selector = "app.kubernetes.io/managed-by=storefleet"};
}

std::optional<Store> store_view(const json::value& object) {
  auto store = parse_store(object);
  if (store) return *std::move(store);
  log_error("a Store cannot be read", {{"error", store.error().message}});
  return std::nullopt;
}

template <class View>
WatchCache<View> by_namespace(k8s::Client& client, k8s::Resource resource, ReflectorOptions options,
                              std::optional<View> (*project)(const json::value&)) {
  return {client, resource, std::move(options), project,
          [](const k8s::ObjectName& name, const View&) { return name.ns; }};
}

}  // namespace

ClusterCaches::ClusterCaches(k8s::Client& client)
    : stores(client, k8s::kStore, {.page_size = kStoresInPage}, store_view),
      namespaces(client, k8s::kNamespace, managed(), namespace_view,
                 [](const k8s::ObjectName&, const NamespaceView& view) { return view.store_uid; }),
      host_claims(client, k8s::kHostClaim, {}, host_claim_view,
                  [](const k8s::ObjectName&, const HostClaimView& view) { return view.store_uid; }),
      bindings(by_namespace<OwnedView>(client, k8s::kRoleBinding, managed(), owned_view)),
      quotas(by_namespace<OwnedView>(client, k8s::kResourceQuota, managed(), owned_view)),
      limits(by_namespace<OwnedView>(client, k8s::kLimitRange, managed(), owned_view)),
      network_policies(by_namespace<OwnedView>(client, k8s::kNetworkPolicy, managed(), owned_view)),
      ingresses(by_namespace<OwnedView>(client, k8s::kIngress, managed(), owned_view)),
      deployments(by_namespace<WorkloadView>(client, k8s::kDeployment, {}, workload_view)),
      stateful_sets(by_namespace<WorkloadView>(client, k8s::kStatefulSet, {}, workload_view)),
      pods(by_namespace<PodView>(client, k8s::kPod, {}, pod_view)),
      claims(by_namespace<VolumeClaimView>(client, k8s::kPersistentVolumeClaim, {}, volume_claim_view)),
      volumes(client, k8s::kPersistentVolume, {}, volume_view,
              [](const k8s::ObjectName&, const VolumeView& view) { return view.claim_namespace; }) {
  stores.on_change([this](const k8s::ObjectName& name, const Store*, const Store* now) {
    if (now == nullptr) forget_namespaces();
    if (changed_) changed_(name.name);
  });
  namespaces.on_change(
      [this](const k8s::ObjectName& name, const NamespaceView* old, const NamespaceView* now) {
        if (now != nullptr) store_of_namespace_[name.name] = now->store;
        const auto* view = now != nullptr ? now : old;
        if (changed_) changed_(view->store);
        if (now == nullptr) forget_namespaces();
      });
  host_claims.on_change(
      [this](const k8s::ObjectName& name, const HostClaimView* old, const HostClaimView* now) {
        if (now != nullptr)
          claimed_[last_label_first(name.name)] = name.name;
        else
          claimed_.erase(last_label_first(name.name));
        if (!changed_) return;
        changed_((now != nullptr ? now : old)->store_name);
        if (now == nullptr) wake_conflicting_stores();
        // Of two claims on one family of names that were made at the same moment the younger has to go.
        if (old == nullptr)
          for (const auto& [host, claim] : related_claims(name.name)) changed_(claim->store_name);
      });
  volumes.on_change([this](const k8s::ObjectName&, const VolumeView* old, const VolumeView* now) {
    namespace_changed((now != nullptr ? now : old)->claim_namespace);
  });
  follow_namespace(bindings);
  follow_namespace(quotas);
  follow_namespace(limits);
  follow_namespace(network_policies);
  follow_namespace(ingresses);
  follow_namespace(deployments);
  follow_namespace(stateful_sets);
  follow_namespace(pods);
  follow_namespace(claims);
}

template <class View>
void ClusterCaches::follow_namespace(controller::WatchCache<View>& cache) {
  cache.on_change(
      [this](const k8s::ObjectName& name, const View*, const View*) { namespace_changed(name.ns); });
}

void ClusterCaches::wake_conflicting_stores() {
  stores.for_each([this](const k8s::ObjectName& name, const Store& store) {
    if (store.status.failure && store.status.failure->code == FailureCode::kHostConflict) changed_(name.name);
  });
}

/// What goes last of a namespace (its volumes) is of interest for as long as its store is there.
void ClusterCaches::forget_namespaces() {
  std::erase_if(store_of_namespace_, [this](const auto& entry) {
    const auto& [ns, store] = entry;
    return namespaces.find({.name = ns}) == nullptr && stores.find({.name = store}) == nullptr;
  });
}

void ClusterCaches::namespace_changed(const std::string& ns) {
  const auto found = store_of_namespace_.find(ns);
  if (found != store_of_namespace_.end() && changed_) changed_(found->second);
}

std::vector<std::pair<std::string, const HostClaimView*>> ClusterCaches::related_claims(
    std::string_view host) const {
  std::vector<std::pair<std::string, const HostClaimView*>> related;
  const auto add = [&](std::string name) {
    if (const auto* claim = host_claims.find({.name = name})) related.emplace_back(std::move(name), claim);
  };
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1))
    add(std::string(host.substr(dot + 1)));
  const auto prefix = last_label_first(host);
  for (auto it = claimed_.upper_bound(prefix); it != claimed_.end() && it->first.starts_with(prefix); ++it)
    add(it->second);
  return related;
}

void ClusterCaches::start(TaskScope& scope) {
  scope.spawn("watch stores", stores.run());
  scope.spawn("watch namespaces", namespaces.run());
  scope.spawn("watch hostclaims", host_claims.run());
  scope.spawn("watch rolebindings", bindings.run());
  scope.spawn("watch resourcequotas", quotas.run());
  scope.spawn("watch limitranges", limits.run());
  scope.spawn("watch networkpolicies", network_policies.run());
  scope.spawn("watch ingresses", ingresses.run());
  scope.spawn("watch deployments", deployments.run());
  scope.spawn("watch statefulsets", stateful_sets.run());
  scope.spawn("watch pods", pods.run());
  scope.spawn("watch persistentvolumeclaims", claims.run());
  scope.spawn("watch persistentvolumes", volumes.run());
}

bool ClusterCaches::synced() const {
  return stores.synced() && namespaces.synced() && host_claims.synced() && bindings.synced() &&
         quotas.synced() && limits.synced() && network_policies.synced() && ingresses.synced() &&
         deployments.synced() && stateful_sets.synced() && pods.synced() && claims.synced() &&
         volumes.synced();
}

Task<void> ClusterCaches::wait_synced() const {
  while (!synced()) {
    const bool go_on = co_await sleep_for(std::chrono::milliseconds(5));
    if (!go_on) co_return;
  }
}

}  // namespace storefleet::store_operator
