#pragma once
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/json.hpp"

/// Walks schemas for what they leave unbounded; for tests of the CRDs, the API's contract and the engines.
namespace storefleet::testing {

enum class Bounds { kStrings, kStringsAndCollections };

inline bool has_type(const json::object& schema, std::string_view type) {
  const auto* given = schema.if_contains("type");
  if (given == nullptr) return false;
  if (given->is_string()) return given->get_string() == type;
  for (const auto& each : array_at(*given, {}))
    if (each.is_string() && each.get_string() == type) return true;
  return false;
}

inline void find_unbounded(const json::value& node, const std::string& path, Bounds bounds, bool names,
                           std::vector<std::string>& found) {
  static const std::set<std::string_view> kNoSchemas = {"example", "examples", "default",
                                                        "enum",    "const",    "value"};
  if (const auto* list = node.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      find_unbounded(list->at(i), fmt::format("{}/{}", path, i), bounds, false, found);
    return;
  }
  const auto* object = node.if_object();
  if (object == nullptr) return;
  const auto lacks = [&](std::string_view keyword) { return !object->contains(keyword); };
  if (!names && has_type(*object, "string") && lacks("maxLength") && lacks("enum") && lacks("const"))
    found.push_back(path);
  if (!names && bounds == Bounds::kStringsAndCollections) {
    if (has_type(*object, "array") && lacks("maxItems")) found.push_back(path);
    // Whatever names somebody else may choose.
    const bool open = object->contains("x-kubernetes-preserve-unknown-fields") ||
                      find_at(node, {"additionalProperties", "type"}) != nullptr;
    if (open && lacks("maxProperties")) found.push_back(path);
  }
  for (const auto& [key, each] : *object)
    if (names || !kNoSchemas.contains(std::string_view(key)))
      find_unbounded(each, fmt::format("{}/{}", path, std::string_view(key)), bounds,
                     !names && key == "properties", found);
}

/// Where in `document` a string (and a list, and an open object) may be of any size.
inline std::vector<std::string> unbounded(const json::value& document, Bounds bounds) {
  std::vector<std::string> found;
  find_unbounded(document, "", bounds, false, found);
  return found;
}

}  // namespace storefleet::testing
