#include "operator/watch/views.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/fingerprint.hpp"
#include "engines/objects.hpp"
#include "engines/settled.hpp"
#include "engines/store_secrets.hpp"
#include "k8s/resource.hpp"
#include "k8s/set_fields.hpp"

namespace storefleet::store_operator {
namespace {

/// The field manager of the Helm helper.
constexpr std::string_view kHelm = "helm";

std::string label(const json::value& object, std::string_view key) {
  return std::string(k8s::meta_label(object, key).value_or(""));
}

std::string annotation(const json::value& object, std::string_view key) {
  return std::string(k8s::meta_annotation(object, key).value_or(""));
}

bool in_store_namespace(const json::value& object) {
  return engines::is_store_namespace(k8s::meta_namespace(object));
}

/// Notes what one entry of status.containerStatuses (or init…) says of a container.
void read_container(const json::value& container, PodView& view) {
  const auto name = string_or(container, {"name"});
  if (const auto* waiting = find_at(container, {"state", "waiting"});
      waiting != nullptr && view.waiting_reason.empty()) {
    view.waiting_container = name;
    view.waiting_reason = string_or(*waiting, {"reason"});
    view.waiting_message = string_or(*waiting, {"message"});
  }
  const auto restarts = static_cast<int>(int_or(container, {"restartCount"}, 0));
  if (restarts > view.restarts) {
    view.restarts = restarts;
    view.crashed_container = name;
    view.last_exit =
        fmt::format("exit code {} ({})", int_or(container, {"lastState", "terminated", "exitCode"}, -1),
                    string_or(container, {"lastState", "terminated", "reason"}, "unknown"));
  }
}

/// The message of the first condition that is True among those types; empty where none is.
std::string condition_message(const json::value& object, std::initializer_list<std::string_view> types) {
  for (const auto& condition : array_at(object, {"status", "conditions"}))
    if (string_or(condition, {"status"}) == "True" &&
        std::ranges::find(types, string_or(condition, {"type"})) != types.end())
      return string_or(condition, {"message"});
  return {};
}

/// What a ResourceQuota has no more of, such as "pods (1 of 1)"; empty where there is some of everything.
std::string used_up(const json::value& object) {
  std::string all;
  const auto* hard = find_at(object, {"status", "hard"});
  if (hard == nullptr || !hard->is_object()) return all;
  for (const auto& [resource, limit] : hard->get_object()) {
    if (!limit.is_string()) continue;
    const std::string name(resource);
    const auto used = string_or(object, {"status", "used", name});
    // Both are written in the same, shortest way.
    if (used != to_std(limit.get_string()) || used == "0") continue;
    all += fmt::format("{}{} ({} of {})", all.empty() ? "" : ", ", name, used, used);
  }
  return all;
}

}  // namespace

std::optional<NamespaceView> namespace_view(const json::value& object) {
  // Whoever makes namespaces can write labels and annotations; the name of a store's follows from its UID.
  std::string name(k8s::meta_name(object));
  if (!engines::is_store_namespace(name)) return std::nullopt;
  return NamespaceView{
      .name = std::move(name),
      .uid = std::string(k8s::meta_uid(object)),
      .marks = fingerprint(engines::namespace_marks(object)),
      .terminating = k8s::has_deletion_timestamp(object),
      .kept_by = condition_message(
          object,
          {"NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure",
           "NamespaceDeletionContentFailure", "NamespaceContentRemaining", "NamespaceFinalizersRemaining"})};
}

bool is_the_platforms(const json::value& object) {
  // Somebody may have taken the label away: its name tells too.
  static constexpr std::array<std::string_view, 6> kNames = {
      "store", "default-deny", "web", "database", "storefleet-operator", "storefleet-api"};
  return in_store_namespace(object) && (label(object, "app.kubernetes.io/managed-by") == "storefleet" ||
                                        std::ranges::find(kNames, k8s::meta_name(object)) != kNames.end());
}

OwnedView owned_view(std::string_view kind, const json::value& object) {
  return {.name = std::string(k8s::meta_name(object)),
          .uid = std::string(k8s::meta_uid(object)),
          .fingerprint = engines::settled_fingerprint(kind, k8s::set_fields(object, k8s::kFieldManager)),
          .deleting = k8s::has_deletion_timestamp(object),
          .quota_filled = find_at(object, {"status", "hard"}) != nullptr,
          .used_up = used_up(object)};
}

std::optional<WorkloadView> workload_view(const json::value& object) {
  if (!in_store_namespace(object)) return std::nullopt;
  const auto replicas = int_or(object, {"spec", "replicas"}, 1);
  const bool current = int_or(object, {"status", "observedGeneration"}, 0) >= k8s::meta_generation(object);
  return WorkloadView{.name = std::string(k8s::meta_name(object)),
                      .uid = std::string(k8s::meta_uid(object)),
                      .fingerprint = fingerprint(k8s::set_fields(object, kHelm)),
                      .ready = current && int_or(object, {"status", "readyReplicas"}, 0) >= replicas &&
                               int_or(object, {"status", "updatedReplicas"}, 0) >= replicas,
                      .update_revision = string_or(object, {"status", "updateRevision"}),
                      .deleting = k8s::has_deletion_timestamp(object),
                      .replica_failure = condition_message(object, {"ReplicaFailure"})};
}

std::optional<ServiceView> service_view(const json::value& object) {
  if (!in_store_namespace(object)) return std::nullopt;
  return ServiceView{.name = std::string(k8s::meta_name(object)),
                     .fingerprint = fingerprint(k8s::set_fields(object, kHelm)),
                     .deleting = k8s::has_deletion_timestamp(object),
                     .selects = !object_at(object, {"spec", "selector"}).empty()};
}

EndpointsView endpoints_view(const json::value& object) {
  const auto ready = [](const json::value& endpoint) {
    return bool_or(endpoint, {"conditions", "ready"}, true);  // absent means ready
  };
  return {.service = label(object, "kubernetes.io/service-name"),
          .ready = std::ranges::any_of(array_at(object, {"endpoints"}), ready)};
}

std::optional<ReleaseView> release_view(const json::value& object) {
  if (!in_store_namespace(object)) return std::nullopt;
  ReleaseView view;
  const auto written = parse_json(annotation(object, engines::kObjectsAnnotation));
  if (written && written->is_object())
    for (const auto& [name, text] : written->get_object())
      view.objects.emplace_back(name, parse_fingerprint(text.is_string() ? to_std(text.get_string()) : ""));
  const auto content = decode_base64(string_or(object, {"data", "release"}));
  if (!content) return view;
  const auto digest = sha256(*content);
  const bool whole = to_hex(std::span(digest).first<8>()) == annotation(object, engines::kContentAnnotation);
  if (whole && label(object, "status") == "deployed" && label(object, "owner") == "helm" &&
      label(object, "name") == engines::kReleaseName && !k8s::has_deletion_timestamp(object)) {
    const auto both = label(object, engines::kDigestLabel);
    const auto dot = both.find('.');
    view.digest = parse_fingerprint(both.substr(0, dot));
    if (dot != std::string::npos) view.spec = parse_fingerprint(both.substr(dot + 1));
  }
  return view;
}

std::optional<SecretView> secret_view(const json::value& object) {
  if (!in_store_namespace(object)) return std::nullopt;
  const auto parts = engines::kept_values(object);
  return SecretView{.content = engines::content_of(engines::texts_of(object)),
                    .noted = parse_fingerprint(annotation(object, engines::kHashAnnotation)),
                    .secrets = engines::content_of(parts.secrets),
                    .admin = engines::content_of(parts.admin),
                    .remade = annotation(object, engines::kRemadeAnnotation)};
}

std::optional<PodView> pod_view(const json::value& object) {
  if (!in_store_namespace(object)) return std::nullopt;
  PodView view{.name = std::string(k8s::meta_name(object)),
               .uid = std::string(k8s::meta_uid(object)),
               .component = label(object, "app.kubernetes.io/component"),
               .revision = label(object, "controller-revision-hash"),
               .ip = string_or(object, {"status", "podIP"}),
               .deleting = k8s::has_deletion_timestamp(object)};
  const auto phase = string_or(object, {"status", "phase"});
  view.ended = phase == "Failed" || phase == "Succeeded";
  for (const auto& owner : array_at(object, {"metadata", "ownerReferences"}))
    if (string_or(owner, {"kind"}) == "StatefulSet") view.stateful_set = string_or(owner, {"name"});
  for (const auto& condition : array_at(object, {"status", "conditions"})) {
    const auto type = string_or(condition, {"type"});
    const bool is_true = string_or(condition, {"status"}) == "True";
    if (type == "Ready") view.ready = is_true;
    if (type == "PodScheduled" && !is_true) view.unschedulable = string_or(condition, {"message"});
  }
  for (const auto& container : array_at(object, {"status", "initContainerStatuses"}))
    read_container(container, view);
  const auto& containers = array_at(object, {"status", "containerStatuses"});
  view.running = !containers.empty();
  for (const auto& container : containers) {
    read_container(container, view);
    view.running = view.running && find_at(container, {"state", "running"}) != nullptr;
  }
  return view;
}

std::optional<VolumeClaimView> volume_claim_view(const json::value& object) {
  if (!in_store_namespace(object)) return std::nullopt;
  return VolumeClaimView{.name = std::string(k8s::meta_name(object)),
                         .uid = std::string(k8s::meta_uid(object)),
                         .size = string_or(object, {"spec", "resources", "requests", "storage"}),
                         .bound = string_or(object, {"status", "phase"}) == "Bound",
                         .deleting = k8s::has_deletion_timestamp(object)};
}

std::optional<VolumeView> volume_view(const json::value& object) {
  const auto claim_namespace = string_or(object, {"spec", "claimRef", "namespace"});
  if (!engines::is_store_namespace(claim_namespace)) return std::nullopt;
  return VolumeView{.name = std::string(k8s::meta_name(object)),
                    .claim_namespace = claim_namespace,
                    .retained = string_or(object, {"spec", "persistentVolumeReclaimPolicy"}) == "Retain"};
}

std::optional<HostClaimView> host_claim_view(const json::value& object) {
  return HostClaimView{.uid = std::string(k8s::meta_uid(object)),
                       .store_uid = string_or(object, {"spec", "storeUid"}),
                       .store_name = string_or(object, {"spec", "storeName"}),
                       .created_at = string_or(object, {"metadata", "creationTimestamp"})};
}

}  // namespace storefleet::store_operator
