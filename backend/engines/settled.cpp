#include "engines/settled.hpp"

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "base/quantity.hpp"

namespace storefleet::engines {
namespace {

enum class Text { kAsItIs, kQuantity };

json::value settled(const json::value& value, Text text) {
  if (const auto* object = value.if_object()) {
    json::object members;
    for (const auto& [key, member] : *object) {
      const bool left_out = member.is_null() || (member.is_array() && member.get_array().empty());
      if (!left_out) members[key] = settled(member, text);
    }
    return members;
  }
  if (const auto* array = value.if_array()) {
    json::array items;
    for (const auto& item : *array) items.push_back(settled(item, text));
    return items;
  }
  if (const auto* string = value.if_string(); string != nullptr && text == Text::kQuantity)
    if (const auto number = parse_quantity(*string)) return json::string(fmt::format("{:.17g}", *number));
  return value;
}

}  // namespace

std::uint64_t settled_fingerprint(std::string_view kind, const json::value& set) {
  const bool counts = kind == "ResourceQuota" || kind == "LimitRange";
  json::object parts;
  for (const auto& [key, part] : object_at(set, {}))
    parts[key] = settled(part, counts && key == "spec" ? Text::kQuantity : Text::kAsItIs);
  return fingerprint(parts);
}

json::object set_by(const json::object& object) {
  json::object set;
  for (const auto& [key, part] : object) {
    if (key == "apiVersion" || key == "kind") continue;
    if (key != "metadata") {
      set[key] = part;
      continue;
    }
    json::object metadata;
    for (const std::string_view name : {"labels", "annotations"})
      if (const auto* marks = find_at(part, {name})) metadata[name] = *marks;
    set[key] = std::move(metadata);
  }
  return set;
}

}  // namespace storefleet::engines
