#include "simulation/objects.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "http/percent.hpp"

namespace storefleet::simulation {
namespace {

constexpr std::array kKinds = {k8s::kNamespace,
                               k8s::kPod,
                               k8s::kService,
                               k8s::kSecret,
                               k8s::kConfigMap,
                               k8s::kEvent,
                               k8s::kEndpointSlice,
                               k8s::kPersistentVolumeClaim,
                               k8s::kPersistentVolume,
                               k8s::kResourceQuota,
                               k8s::kLimitRange,
                               k8s::kDeployment,
                               k8s::kStatefulSet,
                               k8s::kIngress,
                               k8s::kNetworkPolicy,
                               k8s::kRoleBinding,
                               k8s::kLease,
                               k8s::kStore,
                               k8s::kHostClaim};

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(at), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

void merge(json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target.emplace_object();
  auto& fields = target.get_object();
  for (const auto& [key, value] : patch.get_object()) {
    if (value.is_null())
      fields.erase(key);
    else
      merge(fields[key], value);
  }
}

Selection selection_of(std::string_view target) {
  constexpr std::string_view kByName = "metadata.name=";
  auto field = query_value(target, "fieldSelector");
  return {query_value(target, "labelSelector"),
          field.starts_with(kByName) ? field.substr(kByName.size()) : std::string()};
}

bool selects(const Selection& selection, const json::value& object) {
  return (selection.name.empty() || selection.name == k8s::meta_name(object)) &&
         selects(selection.labels, object);
}

bool selects(std::string_view labels, const json::value& object) {
  return std::ranges::all_of(split(labels, ','), [&](const std::string& term) {
    const auto equals = term.find('=');
    const auto label = k8s::meta_label(object, term.substr(0, equals));
    return label && (equals == std::string::npos || *label == term.substr(equals + 1));
  });
}

json::object& metadata(json::value& object) {
  auto& found = object.as_object()["metadata"];
  if (!found.is_object()) found.emplace_object();
  return found.get_object();
}

std::string query_value(std::string_view target, std::string_view key) {
  const auto query = http::QueryParameters::parse(http::split_target(target).query);
  return query ? std::string(query->get(key).value_or("")) : std::string();
}

Path parse_path(std::string_view target) {
  auto parts =
      split(http::split_target(target).path, '/');  // "", "api", "v1", … or "", "apis", group, version
  std::size_t at = parts.size() > 1 && parts[1] == "api" ? 3 : 4;
  Path path;
  // "namespaces" is a kind as well as the beginning of a path inside one.
  if (parts.size() > at + 2 && parts[at] == "namespaces" && resource_of(parts[at + 2]) != nullptr) {
    path.ns = parts[at + 1];
    at += 2;
  }
  if (at < parts.size()) path.plural = parts[at++];
  if (at < parts.size()) path.name = http::percent_decode(parts[at++]).value_or("");
  if (at < parts.size()) path.subresource = parts[at];
  return path;
}

const k8s::Resource* resource_of(std::string_view plural) {
  const auto* found = std::ranges::find(kKinds, plural, &k8s::Resource::plural);
  return found == kKinds.end() ? nullptr : found;
}

}  // namespace storefleet::simulation
