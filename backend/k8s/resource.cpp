#include "k8s/resource.hpp"

#include "http/percent.hpp"

namespace storefleet::k8s {
namespace {

std::string_view view_at(const json::value& object, std::initializer_list<std::string_view> path) {
  const auto* value = find_at(object, path);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::optional<std::string_view> entry(const json::value& object, std::string_view map, std::string_view key) {
  const auto* value = find_at(object, {"metadata", map, key});
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string_view{value->get_string().data(), value->get_string().size()};
}

}  // namespace

std::string Resource::api_version() const {
  if (group.empty()) return std::string(version);
  return std::string(group) + "/" + std::string(version);
}

std::string to_string(const ObjectName& name) {
  return name.ns.empty() ? name.name : name.ns + "/" + name.name;
}

std::string object_path(const Resource& resource, const ObjectName& name, std::string_view subresource) {
  std::string path = (resource.group.empty() ? "/api/" : "/apis/") + resource.api_version();
  if (resource.namespaced && !name.ns.empty()) path += "/namespaces/" + http::percent_encode(name.ns);
  path += '/';
  path += resource.plural;
  if (!name.name.empty()) path += '/' + http::percent_encode(name.name);
  if (!subresource.empty()) {
    path += '/';
    path += subresource;
  }
  return path;
}

std::string_view meta_name(const json::value& object) {
  return view_at(object, {"metadata", "name"});
}

std::string_view meta_namespace(const json::value& object) {
  return view_at(object, {"metadata", "namespace"});
}

std::string_view meta_uid(const json::value& object) {
  return view_at(object, {"metadata", "uid"});
}

std::string_view meta_resource_version(const json::value& object) {
  return view_at(object, {"metadata", "resourceVersion"});
}

std::int64_t meta_generation(const json::value& object) {
  return int_or(object, {"metadata", "generation"}, 0);
}

std::optional<std::string_view> meta_label(const json::value& object, std::string_view key) {
  return entry(object, "labels", key);
}

std::optional<std::string_view> meta_annotation(const json::value& object, std::string_view key) {
  return entry(object, "annotations", key);
}

bool has_deletion_timestamp(const json::value& object) {
  return !view_at(object, {"metadata", "deletionTimestamp"}).empty();
}

ObjectName object_name(const json::value& object) {
  return {std::string(meta_namespace(object)), std::string(meta_name(object))};
}

}  // namespace storefleet::k8s
