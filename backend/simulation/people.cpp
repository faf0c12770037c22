#include "simulation/people.hpp"

#include <array>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/fingerprint.hpp"
#include "base/time.hpp"
#include "domain/quota.hpp"
#include "engines/objects.hpp"
#include "engines/store_secrets.hpp"
#include "simulation/release.hpp"

namespace storefleet::simulation {
namespace {

/// Something that a person does to a store's objects by hand, and that the operator puts back.
struct HandMade {
  std::string_view what;
  void (*act)(World& world, const std::string& store, const std::string& ns) = nullptr;
};

/// Deletes one object of a kind in a namespace, if there is one.
void delete_one(World& world, const k8s::Resource& kind, const std::string& ns) {
  const auto objects = world.api.all(kind.plural, ns);
  if (!objects.empty()) world.kubectl("DELETE", kind, k8s::object_name(*world.random.pick(objects)), {});
}

void set(World& world, const k8s::Resource& kind, const k8s::ObjectName& name, const json::value& patch) {
  world.kubectl("PATCH", kind, name, patch);
}

void delete_claim_of_host(World& world, const std::string& store, const std::string& /*ns*/) {
  world.kubectl("DELETE", k8s::kHostClaim, {"", store + ".shops.test"}, {});
}

void remove_finalizer(World& world, const std::string& store, const std::string& /*ns*/) {
  const auto* found = world.api.find("stores", {"", store});
  if (found == nullptr || k8s::has_deletion_timestamp(*found)) return;
  set(world, k8s::kStore, {"", store}, {{"metadata", {{"finalizers", json::array{}}}}});
}

void edit_status(World& world, const std::string& store, const std::string& /*ns*/) {
  world.kubectl("PATCH", k8s::kStore, {"", store},
                json::object{{"status", {{"phase", "Failed"}, {"url", "http://elsewhere.test/"}}}}, "status");
}

template <const k8s::Resource& Kind>
void remove_a(World& world, const std::string& /*store*/, const std::string& ns) {
  delete_one(world, Kind, ns);
}

void scale_down(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kDeployment, {ns, "web"}, {{"spec", {{"replicas", 0}}}});
}

void change_image(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kDeployment, {ns, "web"},
      {{"spec", {{"template", {{"spec", {{"containers", {{{"name", "web"}, {"image", "other"}}}}}}}}}}});
}

void add_a_field(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kStatefulSet, {ns, "database"},
      {{"spec", {{"template", {{"spec", {{"hostNetwork", true}}}}}}}});
}

void mislead_service(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kService, {ns, "web"},
      {{"spec", {{"selector", {{"app.kubernetes.io/component", "database"}}}}}});
}

void open_policy(World& world, const std::string& /*store*/, const std::string& ns) {
  const auto* name = world.random.chance(500) ? "web" : "default-deny";
  set(world, k8s::kNetworkPolicy, {ns, name}, {{"spec", {{"ingress", json::array{json::object{}}}}}});
}

void raise_quota(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kResourceQuota, {ns, "store"}, {{"spec", {{"hard", {{"pods", "100"}}}}}});
}

void weaken_pod_security(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kNamespace, {"", ns},
      {{"metadata", {{"labels", {{"pod-security.kubernetes.io/enforce", "privileged"}}}}}});
}

void change_ingress(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kIngress, {ns, "store"}, {{"spec", {{"ingressClassName", "other"}}}});
}

/// The Secrets of a store, where all are there: of what is lost another has a copy.
std::vector<k8s::ObjectName> whole_secrets(const World& world, const std::string& ns) {
  std::vector<k8s::ObjectName> names;
  for (const auto name : {engines::kSecretsName, kAdminSecretName, engines::kKeptName}) {
    const auto* secret = world.api.find("secrets", {ns, std::string(name)});
    const auto noted =
        secret == nullptr ? std::nullopt : k8s::meta_annotation(*secret, engines::kHashAnnotation);
    if (!noted || parse_fingerprint(*noted) != engines::content_of(engines::texts_of(*secret))) return {};
    names.push_back({ns, std::string(name)});
  }
  return names;
}

void delete_secret(World& world, const std::string& /*store*/, const std::string& ns) {
  const auto names = whole_secrets(world, ns);
  if (!names.empty()) world.kubectl("DELETE", k8s::kSecret, world.random.pick(names), {});
}

/// Not before the store was Ready: pods that began with what a person wrote would need that for ever.
void edit_secret(World& world, const std::string& store, const std::string& ns) {
  const auto names = whole_secrets(world, ns);
  const auto* found = world.api.find("stores", {"", store});
  if (names.empty() || find_at(*found, {"status", "readySeconds"}) == nullptr) return;
  set(world, k8s::kSecret, world.random.pick(names),
      {{"data", {{"databasePassword", encode_base64("other")}}}});
}

void delete_record(World& world, const std::string& /*store*/, const std::string& ns) {
  world.kubectl("DELETE", k8s::kSecret, {ns, std::string(engines::kReleaseRecord)}, {});
}

void edit_record(World& world, const std::string& /*store*/, const std::string& ns) {
  set(world, k8s::kSecret, {ns, std::string(engines::kReleaseRecord)},
      {{"data", {{"release", encode_base64(world.random.chance(500) ? "no JSON" : "{}")}}}});
}

/// What `helm uninstall` begins with.
void begin_uninstall(World& world, const std::string& /*store*/, const std::string& ns) {
  auto history = history_of(world.api, ns);
  if (history.records.empty()) return;
  auto& record = history.records.back();
  record.status = "uninstalling";
  world.kubectl("PUT", k8s::kSecret, {ns, record.name()}, record.secret());
  delete_one(world, k8s::kDeployment, ns);
}

// clang-format off
constexpr auto kHandMade = std::to_array<HandMade>({
    {"a pod deleted", remove_a<k8s::kPod>},
    {"the web workload deleted", remove_a<k8s::kDeployment>},
    {"the database workload deleted", remove_a<k8s::kStatefulSet>},
    {"the Service deleted", remove_a<k8s::kService>},
    {"the Ingress deleted", remove_a<k8s::kIngress>},
    {"a ResourceQuota deleted", remove_a<k8s::kResourceQuota>},
    {"a LimitRange deleted", remove_a<k8s::kLimitRange>},
    {"a NetworkPolicy deleted", remove_a<k8s::kNetworkPolicy>},
    {"a RoleBinding deleted", remove_a<k8s::kRoleBinding>},
    {"a HostClaim deleted", delete_claim_of_host},
    {"the Store's finalizer removed", remove_finalizer},
    {"the Store's status edited", edit_status},
    {"the web workload scaled down", scale_down},
    {"the web workload's image changed", change_image},
    {"a field added to the database workload", add_a_field},
    {"the Service led elsewhere", mislead_service},
    {"a NetworkPolicy opened", open_policy},
    {"a ResourceQuota raised", raise_quota},
    {"the namespace's Pod Security weakened", weaken_pod_security},
    {"the Ingress's class changed", change_ingress},
    {"a Secret deleted", delete_secret},
    {"a Secret changed", edit_secret},
    {"Helm's record deleted", delete_record},
    {"Helm's record changed", edit_record},
    {"the release uninstalled by half", begin_uninstall},
});
// clang-format on

}  // namespace

void People::plan(Millis time) {
  const auto stores = world_.random.between(1, 3);
  for (std::int64_t i = 1; i <= stores; ++i) names_.push_back(fmt::format("shop-{}", i));
  for (const auto& name : names_)
    world_.agenda.after(world_.random.between(0, time / 3), [this, name] { create(name); });
  for (auto acts = world_.random.between(0, 12); acts > 0; --acts)
    world_.agenda.after(world_.random.between(0, time), [this] { act(); });
}

json::array People::further_hosts(const std::string& name) {
  return {json::string("www." + name + ".example.com")};
}

void People::act() {
  const auto name = world_.random.pick(names_);
  const auto what = world_.random.below(100);
  if (what < 15) {
    remove(name);
  } else if (what < 30) {
    create(name);
  } else if (what < 65) {
    change(name);
  } else {
    interfere(name);
  }
}

/// Whoever deletes a Store from which the finalizer was just taken by hand leaves everything behind: nobody
/// can promise otherwise.
void People::remove(const std::string& name) {
  const auto* store = world_.api.find("stores", {"", name});
  if (store == nullptr || array_at(*store, {"metadata", "finalizers"}).empty()) return;
  world_.trace.add("kubectl", "deletes " + name);
  world_.kubectl("DELETE", k8s::kStore, {"", name}, {});
}

void People::create(const std::string& name) {
  auto& random = world_.random;
  json::object spec{{"engine", "tiny"},
                    {"plan", random.chance(700) ? "small" : "medium"},
                    {"team", random.chance(700) ? "default" : "blue"}};
  if (random.chance(100)) spec["asleep"] = true;
  if (random.chance(100)) spec["deletionPolicy"] = "Retain";
  json::object metadata{{"name", name}};
  // The API makes stores with the finalizer on them and a place reserved; kubectl does not.
  if (random.chance(500)) {
    metadata["finalizers"] = json::array{kFinalizer};
    const auto id = fmt::format("reserved-{}-{}", name, machine().now);
    metadata["annotations"] = {{kReservationAnnotation, id}};
    world_.books.places[id] = {
        .claim = {.store_uid = {}, .store_name = name, .team = to_std(spec["team"].as_string())},
        .taken_at = machine().now};
  }
  const auto answer =
      world_.kubectl("POST", k8s::kStore, {}, json::object{{"metadata", metadata}, {"spec", spec}});
  world_.trace.add("kubectl", fmt::format("creates {} {} → {}", name, json::serialize(spec), answer.status));
}

void People::patch(const std::string& name, const json::value& body, const std::string& what) {
  const auto answer = world_.kubectl("PATCH", k8s::kStore, {"", name}, body);
  world_.trace.add("kubectl", fmt::format("{} of {} → {}", what, name, answer.status));
}

void People::change(const std::string& name) {
  auto& random = world_.random;
  const auto* store = world_.api.find("stores", {"", name});
  if (store == nullptr) return;
  // Of one that is retained only the policy matters any more.
  if (k8s::has_deletion_timestamp(*store))
    return patch(name, {{"spec", {{"deletionPolicy", "Delete"}}}}, "letting go");
  const auto number = std::to_string(random.below(2));  // few, so that the ends to compare with are few
  switch (random.below(6)) {
    case 0:
      return patch(name, {{"spec", {{"asleep", true}}}}, "asleep");
    case 1:
      return patch(name, {{"spec", {{"asleep", false}}}}, "awake");
    case 2:
      return patch(name, {{"spec", {{"title", "Shop " + number}}}}, "title");
    case 3:
      return patch(name, {{"spec", {{"values", {{"greeting", "hello " + number}}}}}}, "greeting");
    case 4:
      return patch(name, {{"spec", {{"hosts", json::array{"www." + name + ".example.com"}}}}},
                   "further host");
    default:
      return patch(
          name,
          {{"metadata",
            {{"annotations", {{"storefleet.dev/retry", format_time(std::chrono::system_clock::now())}}}}}},
          "retry");
  }
}

void People::interfere(const std::string& name) {
  const auto* store = world_.api.find("stores", {"", name});
  if (store == nullptr) return;
  const auto ns = engines::namespace_of(engines::store_id_from_uid(k8s::meta_uid(*store)));
  const auto& row = kHandMade.at(static_cast<std::size_t>(world_.random.below(std::ssize(kHandMade))));
  world_.trace.add("kubectl", fmt::format("{} ({})", row.what, name));
  row.act(world_, name, ns);
}

}  // namespace storefleet::simulation
