#include "base/json.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace storefleet::inline base {
namespace {

/// YAML 1.2 core schema, https://yaml.org/spec/1.2.2/#103-core-schema
json::value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* first = text.data();
  const char* last = first + text.size();
  std::int64_t integer = 0;
  if (const auto [end, error] = std::from_chars(first, last, integer); error == std::errc{} && end == last)
    return integer;
  if (text.find_first_not_of("0123456789+-.eE") == std::string::npos) {
    double number = 0;
    if (const auto [end, error] = std::from_chars(first, last, number); error == std::errc{} && end == last)
      return number;
  }
  return json::string(text);
}

json::value from_yaml(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return node.Tag() == "!" ? json::value(json::string(node.Scalar())) : plain_scalar(node.Scalar());
    case YAML::NodeType::Sequence: {
      json::array array;
      for (const auto& item : node) array.push_back(from_yaml(item));
      return array;
    }
    case YAML::NodeType::Map: {
      json::object object;
      for (const auto& entry : node) object[entry.first.Scalar()] = from_yaml(entry.second);
      return object;
    }
    default:
      return nullptr;
  }
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMostJsonDepth;
  json::error_code error;
  json::stream_parser parser(json::storage_ptr{}, options);
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  if (!error && read < text.size() && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("not valid JSON at byte {}: {}", read, error.message()),
                error == json::error::too_deep ? Reason::kNestedTooDeep : Reason::kNone);
  return parser.release();
}

Result<json::value> parse_yaml(std::string_view text) {
  try {
    return from_yaml(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("not valid YAML: {}", error.what()));
  }
}

Result<json::value> load_yaml_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kNotFound, fmt::format("cannot read {}", path));
  std::ostringstream text;
  text << file.rdbuf();
  auto value = parse_yaml(text.str());
  if (!value) return std::unexpected(value.error().within(path));
  return value;
}

const json::value* find_at(const json::value& root, std::initializer_list<std::string_view> path) {
  const json::value* value = &root;
  for (const auto key : path) {
    const auto* object = value->if_object();
    if (object == nullptr) return nullptr;
    value = object->if_contains(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::optional<std::string> string_at(const json::value& root, std::initializer_list<std::string_view> path) {
  const auto* value = find_at(root, path);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return to_std(value->get_string());
}

std::string string_or(const json::value& root, std::initializer_list<std::string_view> path,
                      std::string_view fallback) {
  const auto* value = find_at(root, path);
  return value != nullptr && value->is_string() ? to_std(value->get_string()) : std::string(fallback);
}

std::int64_t int_or(const json::value& root, std::initializer_list<std::string_view> path,
                    std::int64_t fallback) {
  const auto* value = find_at(root, path);
  if (value == nullptr) return fallback;
  json::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? fallback : number;
}

bool bool_or(const json::value& root, std::initializer_list<std::string_view> path, bool fallback) {
  const auto* value = find_at(root, path);
  return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

const json::object& object_at(const json::value& root, std::initializer_list<std::string_view> path) {
  static const json::object kEmpty;
  const auto* value = find_at(root, path);
  return value != nullptr && value->is_object() ? value->get_object() : kEmpty;
}

// NOLINTNEXTLINE(cppcoreguidelines-rvalue-reference-param-not-moved)
json::object object_at(json::value&& root, std::initializer_list<std::string_view> path) {
  return object_at(std::as_const(root), path);
}

const json::array& array_at(const json::value& root, std::initializer_list<std::string_view> path) {
  static const json::array kEmpty;
  const auto* value = find_at(root, path);
  return value != nullptr && value->is_array() ? value->get_array() : kEmpty;
}

// NOLINTNEXTLINE(cppcoreguidelines-rvalue-reference-param-not-moved)
json::array array_at(json::value&& root, std::initializer_list<std::string_view> path) {
  return array_at(std::as_const(root), path);
}

std::vector<const json::key_value_pair*> sorted_members(const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const auto* member) { return std::string_view(member->key()); });
  return members;
}

}  // namespace storefleet::inline base
