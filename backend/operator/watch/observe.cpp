#include "operator/watch/observe.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "domain/hosts.hpp"
#include "engines/store_secrets.hpp"

namespace storefleet::store_operator {
namespace {

template <class View>
std::vector<View> copy_of(const controller::WatchCache<View>& cache, const std::string& key) {
  std::vector<View> views;
  for (const auto* view : cache.by_index(key)) views.push_back(*view);
  return views;
}

template <class View>
std::optional<View> found(const controller::WatchCache<View>& cache, const k8s::ObjectName& name) {
  const auto* view = cache.find(name);
  return view == nullptr ? std::nullopt : std::optional(*view);
}

engines::VolumeSizes sizes_of(const std::vector<VolumeClaimView>& claims) {
  engines::VolumeSizes sizes;
  for (const auto& claim : claims) sizes[claim.name] = claim.size;
  return sizes;
}

json::object site_settings(const Store& store, const engines::Identity& identity) {
  // The in-pod endpoint takes an origin: no path, no trailing slash.
  return {{"url", identity.url.substr(0, identity.url.size() - 1)},
          {"title", identity.title},
          {"adminEmail", identity.admin_email},
          {"sampleData", store.spec.sample_data}};
}

HeldHost held_by(const ClusterCaches& caches, std::string host, const HostClaimView& claim) {
  const auto* store = caches.stores.find({.name = claim.store_name});
  const bool known = store != nullptr && store->uid == claim.store_uid;
  return {.host = std::move(host),
          .store_uid = claim.store_uid,
          .store_name = claim.store_name,
          .team = known ? store->spec.team : std::string()};
}

/// The claims on names below and above a host that count against this store: those that are older than its
/// own.
std::vector<HeldHost> older_relatives(const ClusterCaches& caches, const std::string& host,
                                      const std::string& store_uid) {
  const auto* own = caches.host_claims.find({.name = host});
  std::vector<HeldHost> held;
  for (const auto& [name, claim] : caches.related_claims(host)) {
    const bool ours = own != nullptr && own->store_uid == store_uid;
    const bool older = !ours || std::tie(claim->created_at, claim->uid) < std::tie(own->created_at, own->uid);
    if (older) held.push_back(held_by(caches, name, *claim));
  }
  return held;
}

/// Whether nobody else has claimed that very host.
Result<void> not_another_ones(const ClusterCaches& caches, const Store& store, const std::string& host) {
  const auto* claim = caches.host_claims.find({.name = host});
  if (claim == nullptr || claim->store_uid == store.uid) return {};
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("{} belongs to {}.", host, owner_of(held_by(caches, host, *claim), store.spec.team)),
      Reason::kHostConflict);
}

/// Takes the hosts that are not this store's to have out of those that are to be claimed and served: one that
/// another has stops nothing else.
void refuse_hosts(Observed& observed, const ClusterCaches& caches, const PlatformHosts& platform) {
  const HostClaimant claimant{.store_uid = observed.store.uid, .team = observed.store.spec.team};
  for (const auto& host : observed.store.spec.hosts) {
    auto checked = check_host(host, platform);  // names of any size may be here: nothing is looked up before
    if (checked)
      checked = check_host(host, platform, claimant, older_relatives(caches, host, observed.store.uid));
    if (checked) checked = not_another_ones(caches, observed.store, host);
    if (checked) continue;
    auto& hosts = observed.identity.hosts;
    hosts.erase(std::remove(hosts.begin() + 1, hosts.end(), host), hosts.end());  // never its own address
    observed.refused_hosts.push_back(checked.error());
  }
}

ObservedHost observed_host(const ClusterCaches& caches, const Store& store, const std::string& host) {
  const auto* claim = caches.host_claims.find({.name = host});
  if (claim == nullptr) return {.host = host, .claim = std::nullopt};
  ObservedHost observed{.host = host, .claim = *claim};
  if (claim->store_uid != store.uid)
    observed.owner = owner_of(held_by(caches, host, *claim), store.spec.team);
  return observed;
}

Desired desired_of(const Observed& observed, const engines::EnginePlan& plan,
                   const engines::PlatformSettings& settings) {
  Desired desired;
  desired.bindings = engines::binding_objects(observed.identity, settings);
  desired.policies = engines::policy_objects(observed.identity, observed.engine, plan, settings);
  desired.values = engines::helm_values(observed.store.spec, observed.engine, plan, settings);
  const auto& spec = observed.store.spec;
  const auto of_team = engines::content_hash(
      json::array{json::string(spec.engine_version), json::string(spec.plan), spec.values, spec.asleep});
  const auto of_all = engines::content_hash(
      json::array{json::string(observed.engine.chart_hash), desired.values, json::string(of_team)});
  desired.release_hash = of_all + "." + of_team;
  desired.release_digest = parse_fingerprint(of_all);
  desired.spec_digest = parse_fingerprint(of_team);
  desired.site = site_settings(observed.store, observed.identity);
  auto applied = desired.site;
  if (const auto reset = asked_at(observed.store, StoreRequest::kResetAdminPassword); !reset.empty())
    applied["passwordReset"] = reset;
  if (observed.kept_secret && !observed.kept_secret->remade.empty())
    applied["passwordRemade"] = observed.kept_secret->remade;
  desired.site_hash = engines::content_hash(applied);
  desired.ingress = engines::ingress_object(observed.identity, observed.engine, settings, desired.site_hash);
  return desired;
}

}  // namespace

QuotaClaim quota_claim(const Store& store, const engines::EngineCatalogue& catalogue) {
  return {.store_uid = store.uid,
          .store_name = store.name,
          .team = store.spec.team,
          .plan = store.spec.plan,
          .storage_bytes = catalogue.storage_bytes(store.spec)};
}

std::optional<Observed> observe(const ClusterCaches& caches, const engines::EngineCatalogue& catalogue,
                                const engines::PlatformSettings& settings, const std::string& name,
                                const StoreMemory& memory) {
  const auto* store = caches.stores.find({.name = name});
  if (store == nullptr) return std::nullopt;
  Observed observed;
  observed.store = *store;
  if (store->is_retained()) observed.store.spec.asleep = true;
  observed.memory = memory;
  const auto platform = settings.hosts();
  if (const auto checked = catalogue.check(store->spec); !checked) observed.spec_error = checked.error();
  if (const auto checked = check_store_name(name, platform); !checked) observed.spec_error = checked.error();
  if (const auto* engine = catalogue.find(store->spec.engine)) observed.engine = *engine;

  observed.quota_claim = quota_claim(*store, catalogue);

  observed.identity = identity(*store, engines::store_id_from_uid(store->uid), observed.engine, settings);
  observed.ns = found(caches.namespaces, {.name = observed.identity.store_namespace});
  refuse_hosts(observed, caches, platform);
  const auto& ns = observed.identity.store_namespace;
  observed.volume_claims = copy_of(caches.claims, ns);
  observed.secrets = found(caches.secrets, {ns, std::string(engines::kSecretsName)});
  observed.admin_secret = found(caches.admin_secrets, {ns, std::string(kAdminSecretName)});
  observed.kept_secret = found(caches.kept_secrets, {ns, std::string(engines::kKeptName)});
  observed.release = found(caches.releases, {ns, std::string(engines::kReleaseRecord)});
  observed.services = copy_of(caches.services, ns);
  observed.endpoints = copy_of(caches.endpoints, ns);
  observed.ingress_is_down = caches.ingress_is_down();
  if (!observed.spec_error) {
    const auto checked = engines::check_volumes(
        sizes_of(observed.volume_claims), observed.engine.plans.at(store->spec.plan),
        settings.volumes_can_grow ? engines::VolumeGrowth::kAllowed : engines::VolumeGrowth::kForbidden);
    if (!checked) observed.spec_error = checked.error();
  }
  if (!observed.spec_error) {
    observed.desired = desired_of(observed, observed.engine.plans.at(store->spec.plan), settings);
    for (const auto& host : observed.identity.hosts)
      observed.hosts.push_back(observed_host(caches, *store, host));
  }
  const auto& served = store->status.releases;
  const auto plan = observed.engine.plans.find(served.empty() ? store->spec.plan : served.front().plan);
  if (plan != observed.engine.plans.end())
    for (const auto& [claim, size] : engines::volume_sizes(plan->second))
      observed.served_volume_claims.push_back(claim);
  observed.desired.marks =
      fingerprint(engines::namespace_marks(namespace_object(observed.store, observed.identity)));
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

}  // namespace storefleet::store_operator
