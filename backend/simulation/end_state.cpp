#include "simulation/end_state.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "engines/objects.hpp"
#include "simulation/objects.hpp"
#include "simulation/release.hpp"

namespace storefleet::simulation {
namespace {

/// Kinds of which spec, labels and annotations are compared as they are.
constexpr std::array kWhole = {k8s::kService,    k8s::kIngress,       k8s::kResourceQuota,
                               k8s::kLimitRange, k8s::kNetworkPolicy, k8s::kRoleBinding,
                               k8s::kDeployment, k8s::kStatefulSet};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string line_of(std::string_view kind, const json::value& object) {
  json::object shown;
  for (const auto* field : {"labels", "annotations"})
    if (const auto* value = find_at(object, {"metadata", field})) shown[field] = *value;
  // What was written counts, not the note of it.
  if (auto* annotations = shown.if_contains("annotations");
      annotations != nullptr && annotations->is_object())
    annotations->get_object().erase(engines::kHashAnnotation);
  for (const auto* field : {"spec", "roleRef", "subjects"})
    if (const auto* value = find_at(object, {field})) shown[field] = *value;
  shown["going"] = k8s::has_deletion_timestamp(object);
  return fmt::format("{} {} {}\n", kind, k8s::meta_name(object), json::serialize(shown));
}

/// Of Secrets the names of the keys; of Helm's records what they say.
std::string secret_lines(const World& world, const std::string& ns) {
  std::string lines;
  for (const auto& secret : world.api.all("secrets", ns)) {
    if (k8s::meta_name(*secret).starts_with("sh.helm.")) continue;
    std::vector<std::string> keys;
    for (const auto& [key, value] : object_at(*secret, {"data"})) keys.emplace_back(key);
    std::ranges::sort(keys);
    lines += fmt::format("Secret {}", k8s::meta_name(*secret));
    for (const auto& key : keys) lines += " " + key;
    lines += '\n';
  }
  const auto history = history_of(world.api, ns);
  for (const auto& record : history.records)
    lines += fmt::format("Release {} {} {} {} whole {}\n", record.name(), record.status, record.digest,
                         record.values, record.whole);
  return lines + fmt::format("unreadable records {}\n", history.unreadable.size());
}

std::string status_lines(const json::value& store) {
  std::string lines = fmt::format("phase {} failure {} url {}\n", string_or(store, {"status", "phase"}),
                                  string_or(store, {"status", "failure", "code"}, "none"),
                                  string_or(store, {"status", "url"}));
  // A store that was deleted before its last change was admitted keeps what it had.
  const bool retained = string_or(store, {"status", "phase"}) == "Retained";
  for (const auto& condition : array_at(store, {"status", "conditions"}))
    if (!retained || string_or(condition, {"type"}) != "Admitted")
      lines += fmt::format("condition {} {} {}\n", string_or(condition, {"type"}),
                           string_or(condition, {"status"}), string_or(condition, {"reason"}));
  // Of what does not run the steps say how far it once came.
  if (string_or(store, {"status", "phase"}) != "Ready") return lines;
  for (const auto& step : array_at(store, {"status", "steps"}))
    lines += fmt::format("step {} {}\n", string_or(step, {"name"}), string_or(step, {"state"}));
  return lines;
}

std::string volume_lines(const World& world, const std::string& ns) {
  std::string lines;
  for (const auto& claim : world.api.all("persistentvolumeclaims", ns))
    lines += fmt::format("Claim {} {} going {}\n", k8s::meta_name(*claim),
                         string_or(*claim, {"status", "phase"}), k8s::has_deletion_timestamp(*claim));
  // One whose claim is gone is Kubernetes' to delete.
  const auto volumes = std::ranges::count_if(world.api.all("persistentvolumes"), [&](const auto& volume) {
    const auto* claim =
        world.api.find("persistentvolumeclaims", {ns, string_or(*volume, {"spec", "claimRef", "name"})});
    return claim != nullptr && k8s::meta_uid(*claim) == string_or(*volume, {"spec", "claimRef", "uid"});
  });
  return volumes == 0 ? lines : lines + fmt::format("volumes {}\n", volumes);
}

/// What is outside of the namespace.
std::string cluster_lines(const World& world, const std::string& uid) {
  std::string lines;
  for (const auto& object : world.api.all("namespaces"))
    if (k8s::meta_annotation(*object, engines::kStoreUidAnnotation).value_or("") == uid)
      lines += line_of("Namespace", *object);
  // One that is retained needs no host: it has what it had when it was deleted.
  const auto stores = world.api.all("stores");
  const bool retained = std::ranges::any_of(stores, [&](const auto& store) {
    return k8s::meta_uid(*store) == uid && string_or(*store, {"status", "phase"}) == "Retained";
  });
  for (const auto& claim : world.api.all("hostclaims"))
    if (!retained && string_or(*claim, {"spec", "storeUid"}) == uid) lines += line_of("HostClaim", *claim);
  if (const auto place = world.books.places.find(uid); place != world.books.places.end())
    lines += fmt::format("place of team {} plan {} bytes {}\n", place->second.claim.team,
                         place->second.claim.plan, place->second.claim.storage_bytes);
  return lines;
}

std::string namespace_lines(const World& world, const std::string& ns) {
  std::string lines;
  for (const auto& kind : kWhole)
    for (const auto& object : world.api.all(kind.plural, ns)) lines += line_of(kind.kind, *object);
  lines += secret_lines(world, ns);
  std::vector<std::string> pods;
  for (const auto& pod : world.api.all("pods", ns))
    pods.push_back(fmt::format(
        "Pod of {} ready {} going {}\n", k8s::meta_label(*pod, "app.kubernetes.io/component").value_or(""),
        !array_at(*pod, {"status", "conditions"}).empty(), k8s::has_deletion_timestamp(*pod)));
  std::ranges::sort(pods);
  for (const auto& pod : pods) lines += pod;
  lines += fmt::format("serves {}\n", world.cluster.serves(ns));
  return lines;
}

}  // namespace

std::string end_state(const World& world, const std::string& store) {
  const auto* object = world.api.find("stores", {"", store});
  if (object == nullptr) return {};
  const std::string uid(k8s::meta_uid(*object));
  const auto id = engines::store_id_from_uid(uid);
  const auto ns = engines::namespace_of(id);
  auto text = fmt::format("finalizers {}\n", json::serialize(array_at(*object, {"metadata", "finalizers"})));
  text += status_lines(*object) + cluster_lines(world, uid) + namespace_lines(world, ns);
  // One that never was Ready may have begun with its volumes, or not.
  if (find_at(*object, {"status", "readySeconds"}) != nullptr) text += volume_lines(world, ns);
  const auto site = world.cluster.sites().find(ns);
  if (site != world.cluster.sites().end() && world.cluster.serves(ns))
    text += fmt::format("site {} {}\n", string_or(site->second, {"title"}), string_or(site->second, {"url"}));
  return replaced(replaced(replaced(text, uid, "UID"), id, "ID"), store, "NAME");
}

std::string leftovers(const World& world, const std::string& uid) {
  const auto ns = engines::namespace_of(engines::store_id_from_uid(uid));
  auto text = volume_lines(world, ns) + cluster_lines(world, uid);
  for (const auto& pod : world.api.all("pods", ns)) text += fmt::format("Pod {}\n", k8s::meta_name(*pod));
  return text;
}

std::string difference(const std::string& wanted, const std::string& found) {
  std::istringstream left(wanted);
  std::istringstream right(found);
  std::string expected;
  std::string got;
  while (true) {
    const bool more = static_cast<bool>(std::getline(left, expected));
    const bool also = static_cast<bool>(std::getline(right, got));
    if (!more && !also) return {};
    if (!more) expected = "nothing";
    if (!also) got = "nothing";
    if (expected != got) return fmt::format("wanted: {}\n   found: {}", expected, got);
  }
}

}  // namespace storefleet::simulation
