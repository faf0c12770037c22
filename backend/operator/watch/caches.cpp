#include "operator/watch/caches.hpp"

#include "base/log.hpp"
#include "domain/hosts.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

using controller::ReflectorOptions;
using controller::WatchCache;

/// How many stores come in one answer: one may be 1 MiB large.
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
        // Two claims on one family of names may be made at the same moment: the younger has to go.
        if (old == nullptr)
          for (const auto& [host, claim] : related_claims(name.name)) changed_(claim->store_name);
      });
  volumes.on_change([this](const k8s::ObjectName&, const VolumeView* old, const VolumeView* now) {
    namespace_changed((now != nullptr ? now : old)->claim_namespace);
  });
  const auto follow_namespace = [this](auto& cache) {
    if (!cache.reflector().resource().namespaced) return;
    cache.on_change(
        [this](const k8s::ObjectName& name, const auto*, const auto*) { namespace_changed(name.ns); });
  };
  std::apply([&](auto&... cache) { (follow_namespace(cache), ...); }, all());
}

void ClusterCaches::wake_conflicting_stores() {
  stores.for_each([this](const k8s::ObjectName& name, const Store& store) {
    if (store.status.failure && store.status.failure->code == FailureCode::kHostConflict) changed_(name.name);
  });
}

/// A namespace's volumes go last, and matter as long as its store is there.
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
  const auto watch = [&scope](auto& cache) {
    scope.spawn("watch " + std::string(cache.reflector().resource().plural), cache.run());
  };
  std::apply([&](auto&... cache) { (watch(cache), ...); }, all());
}

bool ClusterCaches::synced() const {
  return std::apply([](const auto&... cache) { return (cache.synced() && ...); }, all());
}

Task<void> ClusterCaches::wait_synced() const {
  while (!synced()) {
    const bool go_on = co_await sleep_for(std::chrono::milliseconds(5));
    if (!go_on) co_return;
  }
}

}  // namespace storefleet::store_operator
