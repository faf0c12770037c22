#include "operator/watch/caches.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "domain/hosts.hpp"
#include "engines/objects.hpp"
#include "engines/store_secrets.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

using controller::ReflectorOptions;
using controller::WatchCache;

/// How many stores come in one answer: one may be 1 MiB large.
constexpr int kStoresInPage = 50;
/// The same of release records.
constexpr int kRecordsInPage = 100;

/// A watch of one name in all namespaces: what the controller may read of Secrets.
ReflectorOptions named(std::string_view name) {
  return {.field_selector = fmt::format("metadata.name={}", name), .page_size = kRecordsInPage};
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

/// What the operator applies.
WatchCache<OwnedView> owned(k8s::Client& client, k8s::Resource resource) {
  const auto project = [kind = resource.kind](const json::value& object) -> std::optional<OwnedView> {
    return is_the_platforms(object) ? std::optional(owned_view(kind, object)) : std::nullopt;
  };
  return {
      client, resource, {}, project, [](const k8s::ObjectName& name, const OwnedView&) { return name.ns; }};
}

/// The namespace of a store.
std::string home_of(const Store& store) {
  return engines::namespace_of(engines::store_id_from_uid(store.uid));
}

}  // namespace

ClusterCaches::ClusterCaches(k8s::Client& client, k8s::ObjectName ingress_controller)
    : stores(client, k8s::kStore, {.page_size = kStoresInPage}, store_view),
      namespaces(client, k8s::kNamespace, {}, namespace_view),
      host_claims(client, k8s::kHostClaim, {}, host_claim_view,
                  [](const k8s::ObjectName&, const HostClaimView& view) { return view.store_uid; }),
      bindings(owned(client, k8s::kRoleBinding)),
      quotas(owned(client, k8s::kResourceQuota)),
      limits(owned(client, k8s::kLimitRange)),
      network_policies(owned(client, k8s::kNetworkPolicy)),
      ingresses(owned(client, k8s::kIngress)),
      services(by_namespace<ServiceView>(client, k8s::kService, {}, service_view)),
      endpoints(
          client, k8s::kEndpointSlice, {},
          [home = ingress_controller.ns](const json::value& object) -> std::optional<EndpointsView> {
            const auto ns = k8s::meta_namespace(object);
            return engines::is_store_namespace(ns) || ns == home ? std::optional(endpoints_view(object))
                                                                 : std::nullopt;
          },
          [](const k8s::ObjectName& name, const EndpointsView&) { return name.ns; }),
      releases(by_namespace<ReleaseView>(client, k8s::kSecret, named(engines::kReleaseRecord), release_view)),
      secrets(by_namespace<SecretView>(client, k8s::kSecret, named(engines::kSecretsName), secret_view)),
      admin_secrets(by_namespace<SecretView>(client, k8s::kSecret, named(kAdminSecretName), secret_view)),
      kept_secrets(by_namespace<SecretView>(client, k8s::kSecret, named(engines::kKeptName), secret_view)),
      deployments(by_namespace<WorkloadView>(client, k8s::kDeployment, {}, workload_view)),
      stateful_sets(by_namespace<WorkloadView>(client, k8s::kStatefulSet, {}, workload_view)),
      pods(by_namespace<PodView>(client, k8s::kPod, {}, pod_view)),
      claims(by_namespace<VolumeClaimView>(client, k8s::kPersistentVolumeClaim, {}, volume_claim_view)),
      volumes(client, k8s::kPersistentVolume, {}, volume_view,
              [](const k8s::ObjectName&, const VolumeView& view) { return view.claim_namespace; }),
      ingress_controller_(std::move(ingress_controller)) {
  stores.on_change([this](const k8s::ObjectName& name, const Store* old, const Store* now) {
    store_changed(old, now);
    if (changed_) changed_(name.name);
  });
  namespaces.on_change([this](const k8s::ObjectName& name, const NamespaceView*, const NamespaceView*) {
    namespace_changed(name.name);
  });
  endpoints.on_change([this](const k8s::ObjectName& name, const EndpointsView*, const EndpointsView*) {
    endpoints_changed(name);
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

void ClusterCaches::store_changed(const Store* old, const Store* now) {
  if (old != nullptr) store_of_namespace_.erase(home_of(*old));
  if (now != nullptr) store_of_namespace_[home_of(*now)] = now->name;
}

/// When nobody takes requests any more, or somebody does again, that matters to every store.
void ClusterCaches::endpoints_changed(const k8s::ObjectName& name) {
  if (name.ns != ingress_controller_.ns || ingress_is_down() == ingress_was_down_) return;
  ingress_was_down_ = !ingress_was_down_;
  if (!changed_) return;
  stores.for_each([this](const k8s::ObjectName& store, const Store&) { changed_(store.name); });
}

bool ClusterCaches::ingress_is_down() const {
  bool known = false;
  for (const auto* slice : endpoints.by_index(ingress_controller_.ns)) {
    if (slice->service != ingress_controller_.name) continue;
    if (slice->ready) return false;
    known = true;
  }
  return known || (!ingress_controller_.name.empty() && synced());
}

void ClusterCaches::namespace_changed(const std::string& ns) {
  const auto found = store_of_namespace_.find(ns);
  if (found != store_of_namespace_.end() && changed_) changed_(found->second);
}

const NamespaceView* ClusterCaches::namespace_of(const Store& store) const {
  return namespaces.find({.name = home_of(store)});
}

const Store* ClusterCaches::store_of(const std::string& ns) const {
  const auto found = store_of_namespace_.find(ns);
  return found == store_of_namespace_.end() ? nullptr : stores.find({.name = found->second});
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
