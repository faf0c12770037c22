#include "simulation/managed_fields.hpp"

#include <fmt/format.h>

#include "k8s/set_fields.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

std::string field(std::string_view name) {
  return fmt::format("f:{}", name);
}

/// All fields of a value; none of one that has no parts, which then counts as a whole.
json::object fields_below(const json::value& value) {
  json::object fields;
  if (const auto* object = value.if_object())
    for (const auto& [key, member] : *object) fields[field(key)] = fields_below(member);
  return fields;
}

/// Of an object what managers own: everything but its names, and what the status subresource has.
json::value owned_part(const json::value& object) {
  json::object part;
  for (const auto& [key, value] : object_at(object, {})) {
    if (key == "apiVersion" || key == "kind" || key == "status") continue;
    if (key != "metadata") {
      part[key] = value;
      continue;
    }
    json::object marks;
    for (const auto* name : {"labels", "annotations"})
      if (const auto* found = find_at(value, {name}); found != nullptr && found->is_object())
        marks[name] = *found;
    if (!marks.empty()) part[key] = std::move(marks);
  }
  return part;
}

/// What of `now` differs from `before`, or is new.
json::object changed_fields(const json::value& before, const json::value& now) {
  json::object changed;
  if (!now.is_object()) return changed;
  for (const auto& [key, value] : now.get_object()) {
    const auto* known = before.is_object() ? before.get_object().if_contains(key) : nullptr;
    if (known != nullptr && *known == value) continue;
    const bool parts = known != nullptr && known->is_object() && value.is_object();
    if (!parts) {
      changed[field(key)] = fields_below(value);
      continue;
    }
    auto below = changed_fields(*known, value);
    if (!below.empty()) changed[field(key)] = std::move(below);
  }
  return changed;
}

/// Fields of `before` that are not in `now` any more.
json::object lost_fields(const json::value& before, const json::value& now) {
  json::object lost;
  if (!before.is_object()) return lost;
  for (const auto& [key, value] : before.get_object()) {
    const auto* left = now.is_object() ? now.get_object().if_contains(key) : nullptr;
    if (left == nullptr) {
      lost[field(key)] = json::object();
      continue;
    }
    auto below = lost_fields(value, *left);
    if (!below.empty()) lost[field(key)] = std::move(below);
  }
  return lost;
}

/// Takes those fields out of others; a field without parts stands for all below it.
void take_out(json::object& fields, const json::object& those) {
  for (const auto& [key, below] : those) {
    const auto found = fields.find(key);
    if (found == fields.end()) continue;
    const auto& parts = below.as_object();
    if (!parts.empty()) {
      auto& nested = found->value().as_object();
      if (nested.empty()) continue;
      take_out(nested, parts);
      if (!nested.empty()) continue;
    }
    fields.erase(found);
  }
}

void remove_values(json::value& value, const json::object& fields) {
  auto* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& [key, below] : fields) {
    const auto found = object->find(std::string_view(key).substr(2));
    if (found == object->end()) continue;
    const auto& parts = below.as_object();
    if (!parts.empty()) {
      remove_values(found->value(), parts);
      if (!found->value().is_object() || !found->value().get_object().empty()) continue;
    }
    object->erase(found);
  }
}

void set_values(json::value& target, const json::value& wanted) {
  if (!target.is_object() || !wanted.is_object()) {
    target = wanted;
    return;
  }
  for (const auto& [key, value] : wanted.get_object()) {
    auto& place = target.get_object()[key];
    set_values(place, value);
  }
}

json::array managers_of(const json::value& object) {
  return array_at(object, {"metadata", "managedFields"});
}

bool is_entry(const json::value& entry, std::string_view manager, std::string_view operation) {
  return string_or(entry, {"manager"}) == manager && string_or(entry, {"operation"}) == operation;
}

json::object entry_of(std::string_view manager, std::string_view operation, json::object fields) {
  return {{"manager", manager}, {"operation", operation}, {"fieldsV1", std::move(fields)}};
}

}  // namespace

json::value applied(const json::value& known, const json::value& wanted, std::string_view manager) {
  const auto part = owned_part(wanted);
  const auto fields = fields_below(part);
  json::value object = known.is_object() ? known : json::value(json::object());
  json::object gone;
  json::object of_others;
  for (const auto& entry : managers_of(known)) {
    const auto& owned = object_at(entry, {"fieldsV1"});
    k8s::merge_fields(is_entry(entry, manager, "Apply") ? gone : of_others, owned);
  }
  take_out(gone, fields);
  take_out(gone, of_others);
  remove_values(object, gone);
  set_values(object, part);
  const auto changed = changed_fields(owned_part(known), owned_part(object));
  json::array managers;
  for (const auto& entry : managers_of(known)) {
    if (is_entry(entry, manager, "Apply")) continue;
    auto kept = entry;
    auto& owned = kept.as_object()["fieldsV1"].as_object();
    take_out(owned, changed);
    if (!owned.empty()) managers.push_back(std::move(kept));
  }
  managers.insert(managers.begin(), entry_of(manager, "Apply", fields));
  metadata(object)["managedFields"] = std::move(managers);
  return object;
}

void note_update(const json::value& before, json::value& now, std::string_view manager) {
  const auto was = owned_part(before);
  const auto is = owned_part(now);
  auto changed = changed_fields(was, is);
  const auto lost = lost_fields(was, is);
  if (changed.empty() && lost.empty()) return;
  json::array managers;
  for (const auto& entry : managers_of(now)) {
    auto kept = entry;
    auto& owned = kept.as_object()["fieldsV1"].as_object();
    take_out(owned, changed);
    take_out(owned, lost);
    if (is_entry(entry, manager, "Update")) {
      k8s::merge_fields(changed, owned);
    } else if (!owned.empty()) {
      managers.push_back(std::move(kept));
    }
  }
  if (!changed.empty()) managers.push_back(entry_of(manager, "Update", std::move(changed)));
  metadata(now)["managedFields"] = std::move(managers);
}

}  // namespace storefleet::simulation
