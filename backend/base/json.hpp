#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.hpp"

namespace storefleet::inline base {

namespace json = boost::json;

/// Levels of objects and arrays that parse_json takes.
inline constexpr std::size_t kMostJsonDepth = 64;
/// Parses text that came from outside; an InvalidArgument error says where it is wrong.
Result<json::value> parse_json(std::string_view text);

/// Parses one YAML document into the JSON data model. Plain scalars become null, bool or numbers by the
/// YAML 1.2 core schema; quoted ones stay strings.
Result<json::value> parse_yaml(std::string_view text);
Result<json::value> load_yaml_file(const std::string& path);

/// The value below `root` along object keys, or nullptr where one is missing or not an object.
const json::value* find_at(const json::value& root, std::initializer_list<std::string_view> path);

/// Typed look-ups along object keys: nothing (or the fallback) where absent or of another type.
std::optional<std::string> string_at(const json::value& root, std::initializer_list<std::string_view> path);
std::string string_or(const json::value& root, std::initializer_list<std::string_view> path,
                      std::string_view fallback = "");
std::int64_t int_or(const json::value& root, std::initializer_list<std::string_view> path,
                    std::int64_t fallback);
bool bool_or(const json::value& root, std::initializer_list<std::string_view> path, bool fallback);
/// The object there, or an empty one; a copy where `root` is only passing by.
const json::object& object_at(const json::value& root, std::initializer_list<std::string_view> path);
json::object object_at(json::value&& root, std::initializer_list<std::string_view> path);
/// The array there, or an empty one; the same.
const json::array& array_at(const json::value& root, std::initializer_list<std::string_view> path);
json::array array_at(json::value&& root, std::initializer_list<std::string_view> path);

/// The members in the order of their names; valid as long as the object does not change.
std::vector<const json::key_value_pair*> sorted_members(const json::object& object);

inline std::string to_std(const json::string& text) {
  return {text.data(), text.size()};
}

}  // namespace storefleet::inline base
