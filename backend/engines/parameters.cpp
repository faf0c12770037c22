#include "engines/parameters.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/text.hpp"

namespace storefleet::engines {
namespace {

constexpr int kMostSchemaLevels = 20;
constexpr std::size_t kMostPatternLength = 1000;
constexpr std::size_t kMostComplaints = 10;
constexpr std::size_t kMostComplaintLength = 300;
constexpr std::int64_t kPatternMemory = std::int64_t{1} << 20;  // bytes that RE2 may use for one pattern

using Patterns = std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>>;

/// Whether patterns below a keyword are looked at.
enum class Place { kReached, kNotReached };

std::unexpected<Error> unusable(std::string_view path, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("parameters{}: {}", path, why));
}

bool may_be(const json::object& schema, std::string_view type) {
  const auto* given = schema.if_contains("type");
  if (given == nullptr) return false;
  if (const auto* text = given->if_string()) return *text == type;
  const auto* types = given->if_array();
  return types != nullptr && std::ranges::any_of(*types, [&](const json::value& each) {
           return each.is_string() && each.get_string() == type;
         });
}

/// Writes out the bounds that a schema leaves open.
Result<void> bound(json::object& schema, std::string_view path) {
  const bool listed = schema.contains("enum") || schema.contains("const");
  const auto add = [&](std::string_view type, std::string_view keyword, int most) {
    if (!listed && may_be(schema, type) && !schema.contains(keyword)) schema[keyword] = most;
  };
  add("string", "maxLength", ParameterSchema::kDefaultMaxLength);
  add("array", "maxItems", ParameterSchema::kDefaultMaxItems);
  add("object", "maxProperties", ParameterSchema::kDefaultMaxProperties);
  // The library divides by it.
  if (const auto* divisor = schema.if_contains("multipleOf");
      divisor != nullptr && !(divisor->is_number() && divisor->to_number<double>() > 0))
    return unusable(path, "multipleOf must be a number above 0");
  if (int_or(schema, {"maxItems"}, 0) > ParameterSchema::kMostItems)
    return unusable(path, fmt::format("maxItems may be {} at most", ParameterSchema::kMostItems));
  return {};
}

Result<void> add_pattern(const json::object& schema, std::string_view path, Place place, Patterns& patterns) {
  const auto* pattern = schema.if_contains("pattern");
  if (pattern == nullptr) return {};
  if (place == Place::kNotReached)
    return unusable(path, "a pattern may stand below properties, items, additionalProperties and allOf only");
  if (!pattern->is_string() || pattern->get_string().size() > kMostPatternLength)
    return unusable(path, fmt::format("a pattern is a text of at most {} bytes", kMostPatternLength));
  auto text = to_std(pattern->get_string());
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  auto compiled = std::make_unique<re2::RE2>(text, options);
  if (!compiled->ok())
    return unusable(path, fmt::format("the pattern '{}' cannot be used: {} (RE2's syntax, which has neither "
                                      "look-around nor back-references)",
                                      text, compiled->error()));
  patterns.emplace(std::move(text), std::move(compiled));
  return {};
}

Result<void> read_schema(json::value& node, const std::string& path, Place place, Patterns& patterns,
                         int level);

/// The schemas below a keyword whose value is one, a list of them, or an object of named ones.
Result<void> read_below(json::value& node, const std::string& path, Place place, Patterns& patterns,
                        int level, bool named) {
  if (auto* list = node.if_array()) {
    for (auto& each : *list)
      if (auto read = read_schema(each, path, place, patterns, level); !read) return read;
    return {};
  }
  auto* object = node.if_object();
  if (object == nullptr) return {};
  if (!named) return read_schema(node, path, place, patterns, level);
  for (auto& [key, each] : *object)
    if (auto read =
            read_schema(each, fmt::format("{}/{}", path, std::string_view(key)), place, patterns, level);
        !read)
      return read;
  return {};
}

Result<void> read_schema(json::value& node, const std::string& path, Place place, Patterns& patterns,
                         int level) {
  auto* schema = node.if_object();
  if (schema == nullptr) return {};  // true and false are schemas too
  if (level > kMostSchemaLevels)
    return unusable(path, fmt::format("nested deeper than {} schemas", kMostSchemaLevels));
  for (const std::string_view keyword : {"$ref", "patternProperties", "propertyNames"})
    if (schema->contains(keyword)) return unusable(path, fmt::format("{} is not supported", keyword));
  if (auto added = add_pattern(*schema, path, place, patterns); !added) return added;
  if (auto bounded = bound(*schema, path); !bounded) return bounded;
  struct Keyword {
    std::string_view name;
    bool named = false;
    Place place = Place::kReached;
  };
  static constexpr std::array<Keyword, 12> kKeywords = {{{"properties", true},
                                                         {"items"},
                                                         {"additionalProperties"},
                                                         {"allOf"},
                                                         {"anyOf", false, Place::kNotReached},
                                                         {"oneOf", false, Place::kNotReached},
                                                         {"not", false, Place::kNotReached},
                                                         {"if", false, Place::kNotReached},
                                                         {"then", false, Place::kNotReached},
                                                         {"else", false, Place::kNotReached},
                                                         {"contains", false, Place::kNotReached},
                                                         {"dependencies", true, Place::kNotReached}}};
  for (const auto& keyword : kKeywords) {
    auto* below = schema->if_contains(keyword.name);
    if (below == nullptr) continue;
    // Which of several schemas belongs to an item is not followed either.
    const bool reached = place == Place::kReached && keyword.place == Place::kReached &&
                         (keyword.name != "items" || below->is_object());
    auto read =
        read_below(*below, fmt::format("{}/{}", path, keyword.name),
                   reached ? Place::kReached : Place::kNotReached, patterns, level + 1, keyword.named);
    if (!read) return read;
  }
  return {};
}

/// The schema without what the library would look at with std::regex: `pattern` is ours, `format` informs the
/// form only. And with every `multipleOf` as a fraction: for a whole one the library cuts the value to 64
/// bits.
json::value for_library(const json::value& node, bool names) {
  if (const auto* list = node.if_array()) {
    json::array result;
    for (const auto& each : *list) result.push_back(for_library(each, false));
    return result;
  }
  const auto* object = node.if_object();
  if (object == nullptr) return node;
  json::object result;
  for (const auto& [key, each] : *object) {
    if (!names && (key == "pattern" || key == "format")) continue;
    if (!names && (key == "enum" || key == "const" || key == "default" || key == "examples")) {
      result[key] = each;
      continue;
    }
    if (!names && key == "multipleOf" && each.is_number()) {
      result[key] = each.to_number<double>();
      continue;
    }
    result[key] = for_library(each, !names && (key == "properties" || key == "dependencies"));
  }
  return result;
}

/// Collects what is wrong.
class Complaints {
 public:
  void add(std::string_view text) {
    if (lines_.size() < kMostComplaints) lines_.push_back(clean_text(text, kMostComplaintLength));
  }
  [[nodiscard]] std::string text() const { return fmt::format("{}", fmt::join(lines_, "; ")); }

 private:
  std::vector<std::string> lines_;
};

void match(const json::value& node, const json::value& value, const std::string& path,
           const Patterns& patterns, Complaints& complaints);

void match_members(const json::object& schema, const json::object& values, const std::string& path,
                   const Patterns& patterns, Complaints& complaints) {
  const auto* named = schema.if_contains("properties");
  const auto* properties = named == nullptr ? nullptr : named->if_object();
  const auto* others = schema.if_contains("additionalProperties");
  for (const auto& [key, value] : values) {
    const auto* wanted = properties == nullptr ? nullptr : properties->if_contains(key);
    if (wanted == nullptr) wanted = others;
    if (wanted != nullptr)
      match(*wanted, value, fmt::format("{}[{}]", path, std::string_view(key)), patterns, complaints);
  }
}

void match(const json::value& node, const json::value& value, const std::string& path,
           const Patterns& patterns, Complaints& complaints) {
  const auto* schema = node.if_object();
  if (schema == nullptr) return;
  const auto* text = value.if_string();
  const auto* pattern = schema->if_contains("pattern");
  if (text != nullptr && pattern != nullptr) {
    const auto& expression = *patterns.find(to_std(pattern->get_string()))->second;
    if (!re2::RE2::PartialMatch(re2::StringPiece(text->data(), text->size()), expression))
      complaints.add(fmt::format("{} does not match the pattern {}.", path, expression.pattern()));
  }
  for (const auto& each : array_at(node, {"allOf"})) match(each, value, path, patterns, complaints);
  if (const auto* members = value.if_object()) match_members(*schema, *members, path, patterns, complaints);
  const auto* items = schema->if_contains("items");
  if (const auto* list = value.if_array(); list != nullptr && items != nullptr && items->is_object())
    for (std::size_t i = 0; i < list->size(); ++i)
      match(*items, list->at(i), fmt::format("{}[{}]", path, i), patterns, complaints);
}

}  // namespace

struct ParameterSchema::Compiled {
  json::value document;
  json::value plain;  // that `schema` was read from
  valijson::Schema schema;
  Patterns patterns;
};

Result<ParameterSchema> ParameterSchema::compile(const json::object& schema) {
  auto compiled = std::make_shared<Compiled>();
  compiled->document = schema;
  if (auto read = read_schema(compiled->document, "", Place::kReached, compiled->patterns, 0); !read)
    return std::unexpected(read.error());
  compiled->plain = for_library(compiled->document, false);
  try {
    const valijson::adapters::BoostJsonAdapter adapter(compiled->plain);
    valijson::SchemaParser().populateSchema(adapter, compiled->schema);
  } catch (const std::exception& error) {
    return unusable("", error.what());
  }
  return ParameterSchema(std::move(compiled));
}

const json::object& ParameterSchema::document() const {
  return compiled_->document.get_object();
}

std::string ParameterSchema::violations(const json::object& values) const {
  Complaints complaints;
  const json::value document(values);
  try {
    valijson::ValidationResults results;
    const valijson::adapters::BoostJsonAdapter adapter(document);
    if (!valijson::Validator().validate(compiled_->schema, adapter, &results)) {
      valijson::ValidationResults::Error error;
      while (results.popError(error))
        complaints.add(fmt::format("{} {}", fmt::join(error.context, ""), error.description));
    }
  } catch (const std::exception& error) {
    complaints.add(fmt::format("the engine's schema cannot be used: {}", error.what()));
  }
  match(compiled_->document, document, "<root>", compiled_->patterns, complaints);
  return complaints.text();
}

}  // namespace storefleet::engines
