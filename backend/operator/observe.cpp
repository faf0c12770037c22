#include "operator/observe.hpp"

namespace storefleet {
namespace {

template <class View>
std::vector<View> copy_of(const controller::WatchCache<View>& cache, const std::string& key) {
  std::vector<View> views;
  for (const auto* view : cache.by_index(key)) views.push_back(*view);
  return views;
}

VolumeSizes sizes_of(const std::vector<VolumeClaimView>& claims) {
  VolumeSizes sizes;
  for (const auto& claim : claims) sizes[claim.name] = claim.size;
  return sizes;
}

json::object site_settings(const Store& store, const Identity& identity) {
  // The in-pod endpoint takes an origin: no path, no trailing slash.
  return {{"url", identity.url.substr(0, identity.url.size() - 1)},
          {"title", identity.title},
          {"adminEmail", identity.admin_email},
          {"sampleData", store.spec.sample_data}};
}

Desired desired_of(const Observed& observed, const EnginePlan& plan, const PlatformSettings& settings) {
  Desired desired;
  desired.bindings = binding_objects(observed.identity, settings);
  desired.policies = policy_objects(observed.identity, observed.engine, plan, settings);
  desired.values = helm_values(observed.store.spec, observed.engine, plan, settings);
  desired.release_hash = content_hash(json::array{json::string(observed.engine.chart_hash), desired.values});
  desired.site = site_settings(observed.store, observed.identity);
  auto applied = desired.site;
  if (const auto reset = asked_at(observed.store, StoreRequest::kResetAdminPassword); !reset.empty())
    applied["passwordReset"] = reset;
  desired.site_hash = content_hash(applied);
  desired.ingress = ingress_object(observed.identity, observed.engine, settings, desired.site_hash);
  return desired;
}

}  // namespace

QuotaClaim quota_claim(const Store& store, const EngineCatalogue& catalogue) {
  return {.store_uid = store.uid,
          .store_name = store.name,
          .team = store.spec.team,
          .plan = store.spec.plan,
          .storage_bytes = catalogue.storage_bytes(store.spec)};
}

std::optional<Observed> observe(const ClusterCaches& caches, const EngineCatalogue& catalogue,
                                const PlatformSettings& settings, const std::string& name,
                                const StoreMemory& memory) {
  const auto* store = caches.stores.find({.name = name});
  if (store == nullptr) return std::nullopt;
  Observed observed;
  observed.store = *store;
  observed.memory = memory;
  if (const auto checked = catalogue.check(store->spec); !checked) observed.spec_error = checked.error();
  if (const auto* engine = catalogue.find(store->spec.engine)) observed.engine = *engine;

  observed.claim = quota_claim(*store, catalogue);

  const auto namespaces = caches.namespaces.by_index(store->uid);
  if (!namespaces.empty()) observed.ns = *namespaces.front();
  const auto id = observed.ns ? observed.ns->name.substr(std::string_view("store-").size())
                              : store_id_from_uid(store->uid);
  observed.identity = identity(*store, id, observed.engine, settings);
  const auto& ns = observed.identity.store_namespace;
  observed.claims = copy_of(caches.claims, ns);
  if (!observed.spec_error) {
    const auto checked =
        check_volumes(sizes_of(observed.claims), observed.engine.plans.at(store->spec.plan),
                      settings.volumes_can_grow ? VolumeGrowth::kAllowed : VolumeGrowth::kForbidden);
    if (!checked) observed.spec_error = checked.error();
  }
  if (!observed.spec_error) {
    observed.desired = desired_of(observed, observed.engine.plans.at(store->spec.plan), settings);
    for (const auto& host : observed.identity.hosts) {
      const auto* claim = caches.host_claims.find({.name = host});
      observed.hosts.push_back({host, claim != nullptr ? std::optional(*claim) : std::nullopt});
    }
  }
  for (const auto& [claim, view] : caches.host_claims.entries_by_index(store->uid))
    observed.claimed_hosts.push_back({claim->name, *view});

  observed.bindings = copy_of(caches.bindings, ns);
  observed.quotas = copy_of(caches.quotas, ns);
  observed.limits = copy_of(caches.limits, ns);
  observed.network_policies = copy_of(caches.network_policies, ns);
  observed.ingresses = copy_of(caches.ingresses, ns);
  observed.deployments = copy_of(caches.deployments, ns);
  observed.stateful_sets = copy_of(caches.stateful_sets, ns);
  observed.pods = copy_of(caches.pods, ns);
  observed.volumes = copy_of(caches.volumes, ns);
  return observed;
}

}  // namespace storefleet
