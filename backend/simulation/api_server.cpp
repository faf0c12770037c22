#include "simulation/api_server.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/time.hpp"
#include "simulation/machine.hpp"
#include "simulation/managed_fields.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

Answer status(unsigned code, std::string_view reason, const std::string& message) {
  return {code, json::object{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}}};
}

Answer not_found(std::string_view plural, const k8s::ObjectName& name) {
  return status(404, "NotFound", fmt::format("{} \"{}\" not found", plural, name.name));
}

Answer conflict(std::string_view plural, const k8s::ObjectName& name, std::string_view what) {
  return status(409, "Conflict", fmt::format("{} \"{}\": the {} is another one", plural, name.name, what));
}

/// What a precondition that the caller names says of the object; empty where it holds.
std::string_view failed_precondition(const json::value& object, std::string_view uid,
                                     std::string_view version) {
  if (!uid.empty() && uid != k8s::meta_uid(object)) return "uid";
  if (!version.empty() && version != k8s::meta_resource_version(object)) return "resourceVersion";
  return {};
}

/// A Secret's stringData is kept in base64, as data.
void encode_secret(json::value& object) {
  auto& fields = object.as_object();
  const auto* text = fields.if_contains("stringData");
  if (text == nullptr || !text->is_object()) return;
  auto& data = fields["data"];
  if (!data.is_object()) data.emplace_object();
  for (const auto& [key, value] : json::object(text->get_object()))
    fields["data"].as_object()[key] = encode_base64(to_std(value.as_string()));
  fields.erase("stringData");
}

/// Kinds of which it is told who set what: those whose fields somebody compares.
constexpr std::array kManaged = {k8s::kDeployment,    k8s::kStatefulSet, k8s::kService,
                                 k8s::kResourceQuota, k8s::kLimitRange,  k8s::kIngress,
                                 k8s::kNetworkPolicy, k8s::kRoleBinding};

std::string manager_of(const Call& call) {
  auto named = query_value(call.target, "fieldManager");
  return named.empty() ? call.actor : named;
}

bool has_finalizers(const json::value& object) {
  return !array_at(object, {"metadata", "finalizers"}).empty();
}

}  // namespace

std::string timestamp() {
  auto text = format_time(std::chrono::system_clock::now());
  text.replace(text.size() - 5, 5, "Z");  // ".123Z"
  return text;
}

const json::value* ApiServer::find(std::string_view plural, const ObjectName& name) const {
  const auto kind = kinds_.find(plural);
  if (kind == kinds_.end()) return nullptr;
  const auto found = kind->second.objects.find(name);
  return found == kind->second.objects.end() ? nullptr : found->second.get();
}

std::vector<std::shared_ptr<const json::value>> ApiServer::all(std::string_view plural,
                                                               const std::string& ns) const {
  std::vector<std::shared_ptr<const json::value>> found;
  const auto kind = kinds_.find(plural);
  if (kind == kinds_.end()) return found;
  for (const auto& [name, object] : kind->second.objects)
    if (ns.empty() || name.ns == ns) found.push_back(object);
  return found;
}

const std::vector<Change>& ApiServer::changes(std::string_view plural) const {
  static const std::vector<Change> kNone;
  const auto kind = kinds_.find(plural);
  return kind == kinds_.end() ? kNone : kind->second.changes;
}

void ApiServer::note(std::string_view plural, Change change) {
  const auto& told = change.now ? *change.now : *change.last;
  change.actor = actor_;
  change.text = std::make_shared<const std::string>(json::serialize(told));
  auto& changes = kinds_.find(plural)->second.changes;
  changes.push_back(change);
  for (const auto& listener : listeners_) listener(plural, change);
}

const json::value& ApiServer::put(const k8s::Resource& kind, const ObjectName& name, json::value object) {
  auto& objects = kinds_[std::string(kind.plural)].objects;
  auto& place = objects[name];
  const auto before = place;
  if (before) {
    // A write that changes nothing makes no version.
    metadata(object)["resourceVersion"] = k8s::meta_resource_version(*before);
    if (*before == object) return *before;
    const auto* spec = find_at(*before, {"spec"});
    const auto* wanted = find_at(object, {"spec"});
    const bool changed = (spec == nullptr) != (wanted == nullptr) || (spec != nullptr && *spec != *wanted);
    if (changed) metadata(object)["generation"] = k8s::meta_generation(*before) + 1;
  }
  metadata(object)["resourceVersion"] = std::to_string(++version_);
  if (k8s::has_deletion_timestamp(object) && !has_finalizers(object) && kind != k8s::kPod &&
      kind != k8s::kNamespace) {
    auto last = std::make_shared<const json::value>(std::move(object));
    objects.erase(name);
    note(kind.plural, {.version = version_, .at = machine().now, .before = before, .last = last});
    return *kinds_.find(kind.plural)->second.changes.back().last;
  }
  place = std::make_shared<const json::value>(std::move(object));
  const auto now = place;
  note(kind.plural, {.version = version_, .at = machine().now, .before = before, .now = now});
  return *now;
}

void ApiServer::update(std::string_view plural, const ObjectName& name,
                       const std::function<void(json::value&)>& change) {
  const auto* found = find(plural, name);
  if (found == nullptr) return;
  auto object = *found;
  change(object);
  put(*resource_of(plural), name, std::move(object));
}

void ApiServer::erase(std::string_view plural, const ObjectName& name) {
  const auto kind = kinds_.find(plural);
  if (kind == kinds_.end()) return;
  const auto found = kind->second.objects.find(name);
  if (found == kind->second.objects.end()) return;
  const auto before = found->second;
  auto last = *before;
  metadata(last)["resourceVersion"] = std::to_string(++version_);
  kind->second.objects.erase(found);
  note(plural, {.version = version_,
                .at = machine().now,
                .before = before,
                .last = std::make_shared<const json::value>(std::move(last))});
}

/// The controller's ClusterRole, and its role inside the stores, which is bound there: helm/storefleet has
/// both.
bool ApiServer::allowed(const Call& call, std::string_view plural, const std::string& ns) const {
  if (call.actor != "operator" && call.actor != "helm") return true;
  if (!ns.starts_with("store-") || plural == "rolebindings") return true;
  if (call.method == "GET" && plural != "secrets") return true;
  if (find("rolebindings", {ns, "storefleet-operator"}) == nullptr) return false;
  const auto bound = bound_at_.find(ns);
  return bound == bound_at_.end() || machine().now >= bound->second + binding_lag;
}

Answer ApiServer::list(std::string_view plural, const std::string& ns, const Selection& selection) const {
  json::array items;
  for (const auto& object : all(plural, ns))
    if (selects(selection, *object)) items.push_back(*object);
  return {200, json::object{{"kind", "List"},
                            {"metadata", {{"resourceVersion", std::to_string(version_)}}},
                            {"items", std::move(items)}}};
}

Answer ApiServer::create(const k8s::Resource& kind, const ObjectName& where, json::value object) {
  const ObjectName name{kind.namespaced ? where.ns : "", std::string(k8s::meta_name(object))};
  if (name.name.empty()) return status(422, "Invalid", "metadata.name: Required value");
  if (find(kind.plural, name) != nullptr)
    return status(409, "AlreadyExists", fmt::format("{} \"{}\" already exists", kind.plural, name.name));
  if (kind.namespaced && !name.ns.empty() && name.ns.starts_with("store-")) {
    const auto* ns = find("namespaces", {"", name.ns});
    if (ns == nullptr) return not_found("namespaces", {"", name.ns});
    if (k8s::has_deletion_timestamp(*ns))
      return status(403, "Forbidden",
                    fmt::format("unable to create new content in namespace {} because it is "
                                "being terminated",
                                name.ns));
  }
  auto& fields = metadata(object);
  fields["uid"] = fmt::format("{:08x}-0000-4000-8000-000000000000", ++uids_);
  fields["creationTimestamp"] = timestamp();
  fields["generation"] = 1;
  if (kind.namespaced) fields["namespace"] = name.ns;
  fields.erase("resourceVersion");
  fields.erase("deletionTimestamp");
  object.as_object().erase("status");
  if (kind == k8s::kNamespace) object.as_object()["status"] = {{"phase", "Active"}};
  if (kind == k8s::kRoleBinding) bound_at_[name.ns] = machine().now;
  if (kind == k8s::kPersistentVolumeClaim) fields["finalizers"] = json::array{"kubernetes.io/pvc-protection"};
  return {201, put(kind, name, std::move(object))};
}

Answer ApiServer::write(const k8s::Resource& kind, const ObjectName& name, const Call& call,
                        std::string_view subresource) {
  auto body = parse_json(call.body);
  if (!body || !body->is_object()) return status(400, "BadRequest", "the body is not an object");
  if (kind == k8s::kSecret) encode_secret(*body);
  const auto* found = find(kind.plural, name);
  const bool applies = call.content_type == "application/apply-patch+yaml";
  if (found == nullptr && !applies) return not_found(kind.plural, name);
  if (found == nullptr) {
    if (find_at(*body, {"metadata", "uid"}) != nullptr) return conflict(kind.plural, name, "uid");
    const auto made = applied({}, *body, manager_of(call));
    metadata(*body)["managedFields"] = array_at(made, {"metadata", "managedFields"});
    return create(kind, name, *body);
  }
  const auto failed = failed_precondition(*found, string_or(*body, {"metadata", "uid"}),
                                          string_or(*body, {"metadata", "resourceVersion"}));
  if (!failed.empty()) return conflict(kind.plural, name, failed);
  auto object = *found;
  const json::object own = object.as_object()["metadata"].as_object();
  if (call.method == "PUT") {
    object = *body;
    if (!metadata(object).contains("managedFields") && own.contains("managedFields"))
      metadata(object)["managedFields"] = own.at("managedFields");
  } else if (applies) {
    object = applied(*found, *body, manager_of(call));
  } else {
    merge(object, *body);
  }
  if (!applies && std::ranges::find(kManaged, kind) != kManaged.end())
    note_update(*found, object, manager_of(call));
  // What nobody may change.
  for (const auto* field :
       {"uid", "name", "namespace", "creationTimestamp", "generation", "deletionTimestamp"})
    if (const auto* value = own.if_contains(field)) metadata(object)[field] = *value;
  const bool of_status = subresource == "status";
  if (of_status || kind == k8s::kStore) {
    // Two views of one object: each may change only its own part.
    const auto& from = of_status ? object : *found;
    json::value mixed = of_status ? *found : object;
    if (const auto* value = from.get_object().if_contains("status"))
      mixed.as_object()["status"] = *value;
    else
      mixed.as_object().erase("status");
    object = std::move(mixed);
  }
  return {200, put(kind, name, std::move(object))};
}

Answer ApiServer::remove(const k8s::Resource& kind, const ObjectName& name, const json::value& options) {
  const auto* found = find(kind.plural, name);
  if (found == nullptr) return not_found(kind.plural, name);
  const auto failed = failed_precondition(*found, string_or(options, {"preconditions", "uid"}),
                                          string_or(options, {"preconditions", "resourceVersion"}));
  if (!failed.empty()) return conflict(kind.plural, name, failed);
  const bool at_once = int_or(options, {"gracePeriodSeconds"}, 1) == 0;
  const bool waits = kind == k8s::kNamespace || (kind == k8s::kPod && !at_once) || has_finalizers(*found);
  if (!waits) {
    erase(kind.plural, name);
    return status(200, "", "deleted");
  }
  if (k8s::has_deletion_timestamp(*found)) return {200, *found};
  auto object = *found;
  metadata(object)["deletionTimestamp"] = timestamp();
  if (kind == k8s::kNamespace) object.as_object()["status"] = {{"phase", "Terminating"}};
  return {200, put(kind, name, std::move(object))};
}

Answer ApiServer::answer(const Call& call) {
  actor_ = call.actor;
  auto answer = handle(call);
  actor_.clear();
  return answer;
}

Answer ApiServer::handle(const Call& call) {
  const auto path = parse_path(call.target);
  const auto* kind = resource_of(path.plural);
  if (kind == nullptr) return status(404, "NotFound", "the server could not find the requested resource");
  const ObjectName name{path.ns, path.name};
  if (!allowed(call, path.plural, path.ns))
    return status(403, "Forbidden", fmt::format("{} \"{}\" is forbidden", path.plural, path.name));
  if (call.method == "GET" && path.name.empty()) return list(path.plural, path.ns, selection_of(call.target));
  if (call.method == "GET") {
    if (path.subresource == "log") return {200, json::value("")};
    const auto* found = find(path.plural, name);
    return found == nullptr ? not_found(path.plural, name) : Answer{200, *found};
  }
  if (call.method == "POST") {
    auto object = parse_json(call.body);
    if (!object || !object->is_object()) return status(400, "BadRequest", "the body is not an object");
    if (path.plural == "secrets") encode_secret(*object);
    return create(*kind, name, *std::move(object));
  }
  if (call.method == "DELETE")
    return remove(*kind, name,
                  call.body.empty() ? json::value() : parse_json(call.body).value_or(json::value()));
  return write(*kind, name, call, path.subresource);
}

}  // namespace storefleet::simulation
