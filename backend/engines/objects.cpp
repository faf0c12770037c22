#include "engines/objects.hpp"

#include <array>
#include <span>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "engines/egress.hpp"
#include "engines/settled.hpp"

namespace storefleet::engines {
namespace {

constexpr std::string_view kNamespacePrefix = "store-";
constexpr std::string_view kIdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kIdLength = 10;

/// An object with the labels and the hash annotation of everything that the operator owns.
DesiredObject owned(const Identity& identity, std::string_view api_version, std::string_view kind,
                    std::string_view name, json::object body) {
  DesiredObject desired{.kind = std::string(kind), .name = std::string(name), .hash = {}, .object = {}};
  json::object object{{"apiVersion", api_version}, {"kind", kind}};
  for (auto& [key, value] : body) object[key] = std::move(value);
  desired.hash = content_hash(object);
  object["metadata"] = {{"name", name},
                        {"namespace", identity.store_namespace},
                        {"labels", own_labels(identity)},
                        {"annotations", {{kHashAnnotation, desired.hash}}}};
  desired.object = std::move(object);
  desired.fingerprint = settled_fingerprint(kind, set_by(desired.object));
  return desired;
}

json::object component(std::string_view name) {
  return {{"matchLabels", {{"app.kubernetes.io/component", name}}}};
}

json::object port(std::int64_t number, std::string_view protocol = "TCP") {
  return {{"protocol", protocol}, {"port", number}};
}

DesiredObject policy(const Identity& identity, std::string_view name, json::object spec) {
  return owned(identity, "networking.k8s.io/v1", "NetworkPolicy", name, {{"spec", std::move(spec)}});
}

DesiredObject binding(const Identity& identity, std::string_view name, std::string_view role,
                      std::string_view account, const PlatformSettings& settings) {
  return owned(
      identity, "rbac.authorization.k8s.io/v1", "RoleBinding", name,
      {{"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", role}}},
       {"subjects",
        {{{"kind", "ServiceAccount"}, {"name", account}, {"namespace", settings.platform_namespace}}}}});
}

/// A plan's quota, with room for the Service types that the platform's operator chose for all stores.
json::object quota_of(const EnginePlan& plan, const PlatformSettings& settings) {
  json::object quota = plan.quota;
  const bool balanced = settings.service_type == "LoadBalancer";
  if (balanced) quota["services.loadbalancers"] = "1";
  if (balanced || settings.service_type == "NodePort") quota["services.nodeports"] = "2";
  return quota;
}

/// A plan's limits with what the API server would fill in: it compares like what was stored.
/// https://kubernetes.io/docs/concepts/policy/limit-range/
json::object limits_of(const EnginePlan& plan) {
  json::object limits = plan.limit_range;
  if (string_or(limits, {"type"}) != "Container") return limits;
  const auto fill = [&limits](std::string_view into, std::string_view from) {
    for (const auto& [resource, amount] : object_at(json::value(limits), {from})) {
      auto& known = limits[into];
      if (!known.is_object()) known = json::object();
      if (!known.get_object().contains(resource)) known.get_object()[resource] = amount;
    }
  };
  fill("default", "max");
  fill("defaultRequest", "default");
  fill("defaultRequest", "min");
  return limits;
}

/// Who may reach the storefront: the ingress controller, and anybody where it has a port of its own.
json::array shopper_peers(const PlatformSettings& settings) {
  return settings.service_type == "ClusterIP" ? settings.ingress_peers : json::array{};
}

/// Of Pod Security.
constexpr std::array<std::string_view, 3> kModes = {"enforce", "audit", "warn"};

}  // namespace

json::object own_labels(const Identity& identity) {
  return {{"app.kubernetes.io/managed-by", "storefleet"}, {kStoreIdLabel, identity.id}};
}

std::string content_hash(const json::value& value) {
  const auto digest = sha256(json::serialize(value));
  return to_hex(std::span(digest).first<8>());
}

std::string store_id_from_uid(std::string_view uid) {
  const auto digest = sha256(uid);
  std::string id;
  for (std::size_t i = 0; i < kIdLength; ++i) id += kIdAlphabet[digest[i] % kIdAlphabet.size()];
  return id;
}

std::string namespace_of(std::string_view store_id) {
  return fmt::format("{}{}", kNamespacePrefix, store_id);
}

bool is_store_namespace(std::string_view name) {
  return name.size() == kNamespacePrefix.size() + kIdLength && name.starts_with(kNamespacePrefix) &&
         name.find_first_not_of(kIdAlphabet, kNamespacePrefix.size()) == std::string_view::npos;
}

std::string admin_email(const Store& store, const PlatformSettings& settings) {
  if (!store.spec.admin_email.empty()) return store.spec.admin_email;
  return fmt::format("admin@{}.{}", store.name, settings.base_domain);
}

std::string admin_login_name(const Store& store, const Engine& engine, const PlatformSettings& settings) {
  return engine.admin_login == AdminLogin::kEmail ? admin_email(store, settings) : engine.admin_user;
}

Identity identity(const Store& store, std::string id, const Engine& engine,
                  const PlatformSettings& settings) {
  Identity result;
  result.id = std::move(id);
  result.store_namespace = namespace_of(result.id);
  const auto platform = settings.hosts();
  result.hosts.push_back(store_host(store.name, platform));
  // Whoever wrote the Store, and whatever policy was not there then: what is the platform's is never served.
  for (const auto& host : store.spec.hosts)
    if (check_host(host, platform)) result.hosts.push_back(host);
  const bool default_port = settings.url_port == (settings.url_scheme == "https" ? 443 : 80);
  result.url = fmt::format("{}://{}{}", settings.url_scheme, result.hosts.front(),
                           default_port ? "/" : fmt::format(":{}/", settings.url_port));
  result.admin_url = result.url.substr(0, result.url.size() - 1) + engine.admin_path;
  result.title = store.spec.title.empty() ? store.name : store.spec.title;
  result.admin_email = admin_email(store, settings);
  return result;
}

json::object host_claim_object(const Store& store, const Identity& identity, const std::string& host) {
  return {{"apiVersion", "storefleet.dev/v1alpha1"},
          {"kind", "HostClaim"},
          {"metadata", {{"name", host}, {"labels", own_labels(identity)}}},
          {"spec", {{"storeName", store.name}, {"storeUid", store.uid}}}};
}

json::object namespace_object(const Store& store, const Identity& identity) {
  json::object all = own_labels(identity);
  all[kStoreLabel] = store.name;
  for (const auto mode : kModes) all[fmt::format("pod-security.kubernetes.io/{}", mode)] = "restricted";
  return {{"apiVersion", "v1"},
          {"kind", "Namespace"},
          {"metadata",
           {{"name", identity.store_namespace},
            {"labels", std::move(all)},
            {"annotations", {{kStoreUidAnnotation, store.uid}}}}}};
}

std::vector<DesiredObject> binding_objects(const Identity& identity, const PlatformSettings& settings) {
  return {
      binding(identity, kOperatorBinding, "storefleet-store-operator", settings.controller_account, settings),
      binding(identity, "storefleet-api", "storefleet-store-api", settings.api_account, settings)};
}

std::vector<DesiredObject> policy_objects(const Identity& identity, const Engine& engine,
                                          const EnginePlan& plan, const PlatformSettings& settings) {
  std::vector<DesiredObject> objects;
  objects.push_back(
      owned(identity, "v1", "ResourceQuota", "store", {{"spec", {{"hard", quota_of(plan, settings)}}}}));
  objects.push_back(
      owned(identity, "v1", "LimitRange", "store", {{"spec", {{"limits", {limits_of(plan)}}}}}));
  objects.push_back(policy(identity, "default-deny",
                           {{"podSelector", json::object{}}, {"policyTypes", {"Ingress", "Egress"}}}));
  const json::object platform{
      {"namespaceSelector",
       {{"matchLabels", {{"kubernetes.io/metadata.name", settings.platform_namespace}}}}},
      {"podSelector", {{"matchLabels", settings.controller_pod_labels}}}};
  const json::object cluster_dns{
      {"namespaceSelector", {{"matchLabels", {{"kubernetes.io/metadata.name", "kube-system"}}}}},
      {"podSelector", {{"matchLabels", {{"k8s-app", "kube-dns"}}}}}};
  const json::array from_controller{platform};
  const json::array web_ports{port(engine.web_port)};
  const json::array agent_ports{port(engine.agent_port)};
  const json::array dns_ports{port(53, "UDP"), port(53, "TCP")};
  const json::array dns_peers{cluster_dns};
  json::array ingress{json::object{{"from", shopper_peers(settings)}, {"ports", web_ports}},
                      json::object{{"from", from_controller}, {"ports", agent_ports}}};
  json::array egress{json::object{{"to", dns_peers}, {"ports", dns_ports}}};
  for (auto& rule : internet_egress(settings)) egress.push_back(std::move(rule));
  if (engine.database_port != 0) {
    const json::array database_ports{port(engine.database_port)};
    const json::array database_peers{json::object{{"podSelector", component("database")}}};
    const json::array web_peers{json::object{{"podSelector", component("web")}}};
    egress.push_back(json::object{{"to", database_peers}, {"ports", database_ports}});
    objects.push_back(
        policy(identity, "database",
               {{"podSelector", component("database")},
                {"policyTypes", {"Ingress"}},
                {"ingress", json::array{json::object{{"from", web_peers}, {"ports", database_ports}}}}}));
  }
  objects.push_back(policy(identity, "web",
                           {{"podSelector", component("web")},
                            {"policyTypes", {"Ingress", "Egress"}},
                            {"ingress", std::move(ingress)},
                            {"egress", std::move(egress)}}));
  return objects;
}

std::vector<std::string> mark_labels() {
  std::vector<std::string> labels{"app.kubernetes.io/managed-by", std::string(kStoreIdLabel),
                                  std::string(kStoreLabel)};
  for (const auto mode : kModes) {
    labels.push_back(fmt::format("pod-security.kubernetes.io/{}", mode));
    labels.push_back(fmt::format("pod-security.kubernetes.io/{}-version", mode));
  }
  return labels;
}

json::object namespace_marks(const json::value& object) {
  json::object marks{
      {kStoreUidAnnotation, string_or(object, {"metadata", "annotations", kStoreUidAnnotation})}};
  for (const auto& label : mark_labels())
    if (const auto* value = find_at(object, {"metadata", "labels", label})) marks[label] = *value;
  return marks;
}

DesiredObject ingress_object(const Identity& identity, const Engine& engine, const PlatformSettings& settings,
                             const std::string& site_hash) {
  json::array rules;
  json::array tls_hosts;
  for (const auto& host : identity.hosts) {
    rules.push_back(
        {{"host", host},
         {"http",
          {{"paths", json::array{json::object{
                         {"path", "/"},
                         {"pathType", "Prefix"},
                         {"backend",
                          {{"service",
                            {{"name", engine.service}, {"port", {{"number", engine.service_port}}}}}}}}}}}}});
    tls_hosts.push_back(json::string(host));
  }
  json::object spec{{"rules", std::move(rules)}};
  if (!settings.ingress_class.empty()) spec["ingressClassName"] = settings.ingress_class;
  if (settings.url_scheme == "https")
    spec["tls"] = json::array{json::object{{"hosts", std::move(tls_hosts)}, {"secretName", "store-tls"}}};
  auto ingress = owned(identity, "networking.k8s.io/v1", "Ingress", "store", {{"spec", std::move(spec)}});
  auto& annotations = ingress.object["metadata"].as_object()["annotations"].as_object();
  for (const auto& [key, value] : settings.ingress_annotations) annotations[key] = value;
  ingress.hash = content_hash(
      json::array{json::string(ingress.hash), json::string(site_hash), settings.ingress_annotations});
  annotations[kHashAnnotation] = ingress.hash;
  ingress.fingerprint = settled_fingerprint(ingress.kind, set_by(ingress.object));
  return ingress;
}

json::object helm_values(const StoreSpec& spec, const Engine& engine, const EnginePlan& plan,
                         const PlatformSettings& settings) {
  const auto* version = &engine.versions.front();
  for (const auto& candidate : engine.versions)
    if (candidate.version == spec.engine_version) version = &candidate;
  const auto image = settings.images.find(version->image);
  json::object storage = plan.storage;
  storage["className"] = settings.storage_class;
  json::object parameters = plan.parameters;
  for (const auto& [key, value] : spec.values) parameters[key] = value;
  json::object helm{{"image",
                     {{"reference", image == settings.images.end() ? std::string() : image->second},
                      {"pullPolicy", settings.pull_policy}}},
                    {"secrets", {{"name", kSecretsName}, {"admin", kAdminSecretName}}},
                    {"service", {{"type", settings.service_type}}},
                    {"storage", std::move(storage)},
                    {"resources", plan.resources},
                    {"parameters", std::move(parameters)}};
  if (spec.asleep) helm["asleep"] = true;  // absent else: engines need not know it
  return helm;
}

}  // namespace storefleet::engines
