#include "simulation/cluster.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "engines/objects.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

/// What a namespace's end takes with it.
constexpr std::array kContent = {k8s::kDeployment,
                                 k8s::kStatefulSet,
                                 k8s::kPod,
                                 k8s::kService,
                                 k8s::kIngress,
                                 k8s::kSecret,
                                 k8s::kEndpointSlice,
                                 k8s::kResourceQuota,
                                 k8s::kLimitRange,
                                 k8s::kRoleBinding,
                                 k8s::kNetworkPolicy,
                                 k8s::kConfigMap,
                                 k8s::kPersistentVolumeClaim};
/// A constant of Kubernetes' namespace controller.
constexpr Millis kNamespaceWaits = 5000;

std::vector<std::shared_ptr<const json::value>> pods_of(const ApiServer& api, const std::string& ns,
                                                        std::string_view owner) {
  auto pods = api.all("pods", ns);
  std::erase_if(pods, [&](const auto& pod) {
    const auto& owners = array_at(*pod, {"metadata", "ownerReferences"});
    return owners.empty() || string_or(owners.front(), {"uid"}) != owner;
  });
  return pods;
}

bool is_ready(const json::value& pod) {
  return !array_at(pod, {"status", "conditions"}).empty() && !k8s::has_deletion_timestamp(pod);
}

std::string revision_of(const json::value& workload) {
  const auto* pods = find_at(workload, {"spec", "template"});
  return pods == nullptr ? "none" : engines::content_hash(*pods);
}

}  // namespace

Cluster::Cluster(Agenda& agenda, Random& random, ApiServer& api)
    : agenda_(agenda), random_(random), api_(api) {
  api_.on_change([this](std::string_view plural, const Change& change) {
    const auto name = k8s::object_name(change.now ? *change.now : *change.last);
    look(plural, name, 2, 60);
    if (plural == "pods") {
      // Its owner counts it, the claims that it used are free, and what waited for the database goes on.
      for (const auto* owner : {"deployments", "statefulsets"})
        for (const auto& workload : api_.all(owner, name.ns)) look(owner, k8s::object_name(*workload), 2, 40);
      for (const auto& claim : api_.all("persistentvolumeclaims", name.ns))
        look("persistentvolumeclaims", k8s::object_name(*claim), 2, 40);
      for (const auto& pod : api_.all("pods", name.ns)) look("pods", k8s::object_name(*pod), 2, 40);
      for (const auto& service : api_.all("services", name.ns))
        look("services", k8s::object_name(*service), 2, 60);
    }
    if (plural == "endpointslices")
      look("services", {name.ns, name.name.substr(0, name.name.find('-'))}, 2, 60);
    if (plural == "deployments" || plural == "statefulsets" || plural == "persistentvolumeclaims" ||
        plural == "secrets")
      for (const auto& pod : api_.all("pods", name.ns)) look("pods", k8s::object_name(*pod), 10, 200);
    if (plural == "persistentvolumeclaims" && !change.now)
      for (const auto& volume : api_.all("persistentvolumes"))
        look("persistentvolumes", k8s::object_name(*volume), 50, 800);
  });
}

void Cluster::look(std::string_view plural, const ObjectName& name, Millis from, Millis to) {
  if (!planned_.emplace(plural, name).second) return;
  agenda_.after(random_.between(from, to), [this, plural = std::string(plural), name] {
    planned_.erase({plural, name});
    look_at(plural, name);
  });
}

void Cluster::look_at(const std::string& plural, const ObjectName& name) {
  if (plural == "ingresses") return read_routes();
  if (plural == "services") return look_at_service(name);
  if (api_.find(plural, name) == nullptr) return;
  if (plural == "namespaces") return look_at_namespace(name);
  if (plural == "deployments") return look_at_workload(k8s::kDeployment, name);
  if (plural == "statefulsets") return look_at_workload(k8s::kStatefulSet, name);
  if (plural == "pods") return look_at_pod(name);
  if (plural == "persistentvolumeclaims") return look_at_claim(name);
  if (plural == "persistentvolumes") return look_at_volume(name);
  if (plural == "resourcequotas")
    api_.update(plural, name, [](json::value& quota) {
      quota.as_object()["status"] = {{"hard", object_at(quota, {"spec", "hard"})}};
    });
}

void Cluster::remove(std::string_view plural, const ObjectName& name) {
  const auto* kind = resource_of(plural);
  api_.answer({"kubernetes", "DELETE", k8s::object_path(*kind, name), "", ""});
}

void Cluster::look_at_namespace(const ObjectName& name) {
  const auto& object = *api_.find("namespaces", name);
  if (!k8s::has_deletion_timestamp(object)) return;
  const auto [found, fresh] =
      namespaces_deleted_.try_emplace(std::string(k8s::meta_uid(object)), machine().now);
  if (const auto left = found->second + kNamespaceWaits - machine().now; left > 0)
    return look("namespaces", name, left, left + 50);
  bool empty = true;
  for (const auto& kind : kContent) {
    for (const auto& content : api_.all(kind.plural, name.name)) {
      empty = false;
      if (!k8s::has_deletion_timestamp(*content)) remove(kind.plural, k8s::object_name(*content));
    }
  }
  if (empty) return api_.erase("namespaces", name);
  look("namespaces", name, 200, 1500);
}

void Cluster::make_pod(const k8s::Resource& kind, const json::value& owner, const std::string& name,
                       const std::string& revision) {
  const std::string ns(k8s::meta_namespace(owner));
  // Until a quota is filled in, it refuses everything.
  for (const auto& quota : api_.all("resourcequotas", ns))
    if (find_at(*quota, {"status", "hard"}) == nullptr)
      return look(kind.plural, k8s::object_name(owner), 100, 800);
  auto pod = object_at(owner, {"spec", "template"});
  json::value made = std::move(pod);
  auto& fields = metadata(made);
  fields["name"] = name;
  fields["namespace"] = ns;
  fields["ownerReferences"] = {
      {{"kind", kind.kind}, {"name", k8s::meta_name(owner)}, {"uid", k8s::meta_uid(owner)}}};
  fields["labels"].as_object()["controller-revision-hash"] = revision;
  api_.answer({"kubernetes", "POST", k8s::object_path(k8s::kPod, {ns, ""}), "", json::serialize(made)});
}

void Cluster::look_at_workload(const k8s::Resource& kind, const ObjectName& name) {
  const auto workload = *api_.find(kind.plural, name);
  if (k8s::has_deletion_timestamp(workload)) return;
  const auto revision = revision_of(workload);
  const auto wanted = int_or(workload, {"spec", "replicas"}, 1);
  const auto pods = pods_of(api_, name.ns, k8s::meta_uid(workload));
  const bool ordered = kind == k8s::kStatefulSet;
  std::int64_t alive = 0;
  bool old_left = false;
  for (const auto& pod : pods) {
    const bool going = k8s::has_deletion_timestamp(*pod);
    const bool old = k8s::meta_label(*pod, "controller-revision-hash").value_or("") != revision;
    // A StatefulSet keeps a pod of an old revision that never became ready.
    const bool goes = (old && (!ordered || is_ready(*pod))) || alive >= wanted;
    if (goes && !going) remove("pods", k8s::object_name(*pod));
    if (old || going) old_left = true;
    if (!goes && !going) ++alive;
  }
  const bool may_make = ordered ? pods.empty() : !old_left;
  if (may_make && alive < wanted) {
    if (ordered) {
      make_pod(kind, workload, name.name + "-0", revision);
    } else {
      for (; alive < wanted; ++alive)
        make_pod(kind, workload, fmt::format("{}-{}", name.name, ++pods_made_), revision);
    }
  }
  count_pods(kind, name, revision);
}

void Cluster::count_pods(const k8s::Resource& kind, const ObjectName& name, const std::string& revision) {
  api_.update(kind.plural, name, [&](json::value& object) {
    std::int64_t ready = 0;
    std::int64_t updated = 0;
    for (const auto& pod : pods_of(api_, name.ns, k8s::meta_uid(object))) {
      ready += is_ready(*pod) ? 1 : 0;
      updated += k8s::meta_label(*pod, "controller-revision-hash").value_or("") == revision ? 1 : 0;
    }
    object.as_object()["status"] = {{"observedGeneration", k8s::meta_generation(object)},
                                    {"readyReplicas", ready},
                                    {"updatedReplicas", updated},
                                    {"updateRevision", revision}};
  });
}

bool Cluster::claims_bound(const json::value& pod) const {
  const std::string ns(k8s::meta_namespace(pod));
  std::vector<std::string> claims;
  for (const auto& volume : array_at(pod, {"spec", "volumes"}))
    if (auto claim = string_at(volume, {"persistentVolumeClaim", "claimName"})) claims.push_back(*claim);
  return std::ranges::all_of(claims, [&](const std::string& claim) {
    const auto* found = api_.find("persistentvolumeclaims", {ns, claim});
    return found != nullptr && string_or(*found, {"status", "phase"}) == "Bound";
  });
}

bool Cluster::component_ready(const std::string& ns, std::string_view component) const {
  return std::ranges::any_of(api_.all("pods", ns), [&](const auto& pod) {
    return is_ready(*pod) && k8s::meta_label(*pod, "app.kubernetes.io/component").value_or("") == component;
  });
}

void Cluster::look_at_pod(const ObjectName& name) {
  const auto pod = *api_.find("pods", name);
  auto [found, fresh] = pods_.try_emplace(std::string(k8s::meta_uid(pod)));
  auto& plan = found->second;
  const auto now = machine().now;
  if (fresh) {
    plan.runs = now + random_.between(200, 1500);
    plan.address = fmt::format("10.0.{}.{}", pods_.size() / 250, pods_.size() % 250 + 1);
  }
  if (k8s::has_deletion_timestamp(pod)) {
    if (plan.killed == 0) plan.killed = now + random_.between(50, 3000);
    if (now >= plan.killed) return api_.erase("pods", name);
    return look("pods", name, plan.killed - now, plan.killed - now + 5);
  }
  const auto& owner = array_at(pod, {"metadata", "ownerReferences"}).front();
  const auto* plural = string_or(owner, {"kind"}) == "StatefulSet" ? "statefulsets" : "deployments";
  const auto* workload = api_.find(plural, {name.ns, string_or(owner, {"name"})});
  if (workload == nullptr || k8s::meta_uid(*workload) != string_or(owner, {"uid"}))
    return remove("pods", name);
  const bool web = k8s::meta_label(pod, "app.kubernetes.io/component").value_or("") == "web";
  const bool fails = web && !component_ready(name.ns, "database");
  if (is_ready(pod)) {
    if (!fails) plan.fails = 0;
    if (fails) fail_probe(name, plan);
    return;
  }
  if (now < plan.runs) return look("pods", name, plan.runs - now, plan.runs - now + 5);
  const bool secrets = api_.find("secrets", {name.ns, std::string(engines::kSecretsName)}) != nullptr;
  if (!claims_bound(pod) || !secrets) return;  // a change of either brings us back
  if (string_or(pod, {"status", "phase"}) != "Running") {
    plan.ready = now + random_.between(100, 2500);
    api_.update("pods", name, [&](json::value& object) {
      object.as_object()["status"] = {
          {"phase", "Running"},
          {"podIP", plan.address},
          {"containerStatuses",
           {{{"name", "main"}, {"restartCount", 0}, {"state", {{"running", json::object{}}}}}}}};
    });
    return;
  }
  if (now < plan.ready) return look("pods", name, plan.ready - now, plan.ready - now + 5);
  if (fails) return;
  api_.update("pods", name, [](json::value& object) {
    object.as_object()["status"].as_object()["conditions"] = {{{"type", "Ready"}, {"status", "True"}}};
  });
}

/// The kubelet finds that a shop does not answer without its database.
void Cluster::fail_probe(const ObjectName& name, PodPlan& plan) {
  const auto now = machine().now;
  if (plan.fails == 0) plan.fails = now + random_.between(100, 3000);
  if (now < plan.fails) return look("pods", name, plan.fails - now, plan.fails - now + 5);
  plan.fails = 0;
  plan.ready = now + random_.between(100, 1000);
  api_.update("pods", name,
              [](json::value& object) { object.as_object()["status"].as_object().erase("conditions"); });
}

void Cluster::look_at_claim(const ObjectName& name) {
  const auto claim = *api_.find("persistentvolumeclaims", name);
  if (k8s::has_deletion_timestamp(claim)) {
    if (!api_.all("pods", name.ns).empty()) return;  // pvc-protection; the end of a pod brings us back
    return api_.update("persistentvolumeclaims", name,
                       [](json::value& object) { metadata(object)["finalizers"] = json::array{}; });
  }
  if (string_or(claim, {"status", "phase"}) == "Bound") return;
  const auto volume = fmt::format("pv-{}", k8s::meta_uid(claim));
  json::object made{
      {"metadata", {{"name", volume}}},
      {"spec",
       {{"persistentVolumeReclaimPolicy", "Delete"},
        {"claimRef", {{"namespace", name.ns}, {"name", name.name}, {"uid", k8s::meta_uid(claim)}}}}}};
  api_.answer(
      {"kubernetes", "POST", k8s::object_path(k8s::kPersistentVolume, {}), "", json::serialize(made)});
  api_.update("persistentvolumeclaims", name, [&](json::value& object) {
    object.as_object()["status"] = {{"phase", "Bound"}};
    object.as_object()["spec"].as_object()["volumeName"] = volume;
  });
}

void Cluster::look_at_volume(const ObjectName& name) {
  const auto& volume = *api_.find("persistentvolumes", name);
  const auto* claim =
      api_.find("persistentvolumeclaims", {string_or(volume, {"spec", "claimRef", "namespace"}),
                                           string_or(volume, {"spec", "claimRef", "name"})});
  const bool used =
      claim != nullptr && k8s::meta_uid(*claim) == string_or(volume, {"spec", "claimRef", "uid"});
  if (!used) api_.erase("persistentvolumes", name);
}

/// The EndpointSlice of a Service: whether one of its pods takes requests.
void Cluster::look_at_service(const ObjectName& name) {
  const ObjectName slice{name.ns, name.name + "-1"};
  const auto* service = api_.find("services", name);
  if (service == nullptr) return remove("endpointslices", slice);
  json::array endpoints;
  for (const auto& pod : api_.all("pods", name.ns)) {
    const auto component = k8s::meta_label(*pod, "app.kubernetes.io/component").value_or("");
    if (string_or(*service, {"spec", "selector", "app.kubernetes.io/component"}) == component)
      endpoints.push_back(json::object{{"conditions", {{"ready", is_ready(*pod)}}}});
  }
  if (api_.find("endpointslices", slice) == nullptr) {
    const json::object made{
        {"metadata", {{"name", slice.name}, {"labels", {{"kubernetes.io/service-name", name.name}}}}},
        {"endpoints", endpoints}};
    api_.answer({"kubernetes", "POST", k8s::object_path(k8s::kEndpointSlice, {name.ns, ""}), "",
                 json::serialize(made)});
    return;
  }
  api_.update("endpointslices", slice,
              [&](json::value& object) { object.as_object()["endpoints"] = endpoints; });
}

void Cluster::read_routes() {
  routes_.clear();
  for (const auto& ingress : api_.all("ingresses")) {
    if (string_or(*ingress, {"spec", "ingressClassName"}) != kIngressClass) continue;
    for (const auto& rule : array_at(*ingress, {"spec", "rules"}))
      routes_[string_or(rule, {"host"})] = k8s::meta_namespace(*ingress);
  }
}

bool Cluster::serves(const std::string& ns) const {
  const auto* slice = api_.find("endpointslices", {ns, "web-1"});
  if (slice == nullptr || !component_ready(ns, "database")) return false;
  return std::ranges::any_of(array_at(*slice, {"endpoints"}), [](const json::value& endpoint) {
    return bool_or(endpoint, {"conditions", "ready"}, false);
  });
}

Result<http::Response> Cluster::visit_agent(const json::value& pod, const http::Request& request) const {
  const std::string ns(k8s::meta_namespace(pod));
  const auto* secret = api_.find("secrets", {ns, std::string(engines::kSecretsName)});
  if (secret == nullptr || !component_ready(ns, "database")) return http::Response{.status = 503};
  sites_[ns] = parse_json(request.body).value_or(json::value());
  return http::Response{.status = 200};
}

Result<http::Response> Cluster::visit(const std::string& host, const http::Request& request) const {
  for (const auto& pod : api_.all("pods"))
    if (string_or(*pod, {"status", "podIP"}) == host) return visit_agent(*pod, request);
  if (host.starts_with("10.")) return fail(ErrorCode::kUnavailable, "no route to host");
  const auto route = routes_.find(host);
  if (route == routes_.end()) return http::Response{.status = 404, .body = "no such shop"};
  if (!serves(route->second)) return http::Response{.status = 503, .body = "no endpoint"};
  answered_.insert(route->second);
  if (request.method == "POST") return http::Response{.status = 201, .body = R"({"items":1})"};
  return http::Response{.status = 200, .body = R"({"products":[{"id":1}]})"};
}

}  // namespace storefleet::simulation
