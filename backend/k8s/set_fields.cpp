#include "k8s/set_fields.hpp"

#include <algorithm>

namespace storefleet::k8s {
namespace {

bool has(const json::value& item, const json::object& wanted) {
  return item.is_object() && std::ranges::all_of(wanted, [&](const auto& member) {
           const auto* found = item.get_object().if_contains(member.key());
           return found != nullptr && *found == member.value();
         });
}

/// One step of a field's path: "f:name", `k:{"name":"web"}`, or `v:"value"`; nullptr where there is no such.
const json::value* member_of(const json::value& value, std::string_view key) {
  if (const auto* object = value.if_object())
    return key.starts_with("f:") ? object->if_contains(key.substr(2)) : nullptr;
  const auto* array = value.if_array();
  if (array == nullptr || key.size() < 2) return nullptr;
  const auto wanted = parse_json(key.substr(2));
  if (!wanted) return nullptr;
  for (const auto& item : *array) {
    const bool found =
        key.starts_with("v:") ? item == *wanted : wanted->is_object() && has(item, wanted->get_object());
    if (found) return &item;
  }
  return nullptr;
}

json::value project(const json::value& fields, const json::value& value) {
  const auto* below = fields.if_object();
  if (below == nullptr || below->empty()) return value;
  json::object members;
  json::array items;
  for (const auto* field : sorted_members(*below)) {
    const std::string_view key = field->key();
    const auto* part = member_of(value, key);  // "." names the value itself: nothing of it
    if (part == nullptr || part->is_null()) continue;
    if (key.starts_with("f:")) {
      members[key.substr(2)] = project(field->value(), *part);
    } else {
      items.push_back(project(field->value(), *part));
    }
  }
  if (value.is_array()) return items;
  return members;
}

}  // namespace

void merge_fields(json::object& into, const json::object& from) {
  for (const auto& [key, below] : from) {
    auto& known = into[key];
    if (!known.is_object()) known = json::object();
    if (below.is_object()) merge_fields(known.get_object(), below.get_object());
  }
}

json::value set_fields(const json::value& object, std::string_view manager) {
  json::object all;
  for (const auto& entry : array_at(object, {"metadata", "managedFields"})) {
    for (const auto& [key, below] : object_at(entry, {"fieldsV1"})) {
      if (key == "f:apiVersion" || key == "f:kind" || key == "f:status") continue;
      if (key != "f:metadata") {
        merge_fields(all, {{key, below}});
      } else if (string_or(entry, {"manager"}) == manager) {
        for (const std::string_view part : {"f:labels", "f:annotations"})
          if (const auto* named = find_at(below, {part})) merge_fields(all, {{key, {{part, *named}}}});
      }
    }
  }
  if (all.empty()) return json::object();
  return project(all, object);
}

}  // namespace storefleet::k8s
