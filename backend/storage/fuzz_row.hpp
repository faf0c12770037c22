#pragma once
#include <algorithm>
#include <string>

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "domain/limits.hpp"

namespace storefleet::storage {

/// Whether a row of the event log is JSON of bounded texts that are valid UTF-8 without U+0000 and other
/// control characters, which PostgreSQL refuses; for fuzzers.
inline bool is_storable(const json::object& row) {
  if (!parse_json(json::serialize(row))) return false;
  return std::ranges::all_of(row, [](const auto& field) {
    if (!field.value().is_string()) return true;
    auto visible = to_std(field.value().get_string());
    std::erase(visible, '\n');
    std::erase(visible, '\t');
    const auto characters = count_characters(visible);
    return characters && *characters <= EventMessage::kMostCharacters;
  });
}

}  // namespace storefleet::storage
