#include "engines/value_words.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"

namespace storefleet::engines {
namespace {

constexpr std::size_t kLongestName = 60;

std::string shown(const json::value& value) {
  return value.is_string() ? to_std(value.get_string()) : json::serialize(value);
}

std::string range_of(const json::object& schema) {
  const auto* least = schema.if_contains("minimum");
  const auto* most = schema.if_contains("maximum");
  if (least != nullptr && most != nullptr) return fmt::format(" from {} to {}", shown(*least), shown(*most));
  if (least != nullptr) return fmt::format(" of at least {}", shown(*least));
  return most != nullptr ? fmt::format(" of at most {}", shown(*most)) : "";
}

/// What a parameter takes: "a whole number from 1 to 32".
std::string takes(const json::object& schema) {
  const json::value document(schema);
  const auto& choices = array_at(document, {"enum"});
  if (!choices.empty()) {
    std::vector<std::string> words;
    for (const auto& choice : choices) words.push_back(shown(choice));
    return fmt::format("one of: {}", fmt::join(words, ", "));
  }
  const auto type = string_or(document, {"type"});
  if (type == "boolean") return "true or false";
  if (type == "integer") return "a whole number" + range_of(schema);
  if (type == "number") return "a number" + range_of(schema);
  if (type == "array") return "a list";
  if (type == "object") return "an object";
  auto words = std::string("text");
  if (const auto most = int_or(document, {"maxLength"}, 0); most > 0)
    words += fmt::format(" of at most {} characters", most);
  if (const auto pattern = string_at(document, {"pattern"}))
    words += fmt::format(" of the form {}", *pattern);
  return words;
}

}  // namespace

std::string wrong_values(const json::object& schema, const json::object& values, const ValueCheck& fits) {
  const json::value document(schema);
  const auto& known = object_at(document, {"properties"});
  std::vector<std::string> sentences;
  for (const auto& [name, value] : values) {
    const auto* parameter = known.if_contains(name);
    if (parameter == nullptr || !parameter->is_object()) {
      sentences.push_back(fmt::format("There is no parameter '{}'.", clean_text(name, kLongestName)));
    } else if (!fits(parameter->get_object(), value)) {
      sentences.push_back(
          fmt::format("{} must be {}.", std::string_view(name), takes(parameter->get_object())));
    }
    if (sentences.size() == 5) break;  // enough to begin with
  }
  const bool unknown = !sentences.empty() && sentences.front().starts_with("There is no parameter");
  if (unknown) {
    std::vector<std::string> names;
    for (const auto& [name, parameter] : known) names.emplace_back(name);
    sentences.push_back(names.empty() ? "It has none." : fmt::format("It has: {}.", fmt::join(names, ", ")));
  }
  return fmt::format("{}", fmt::join(sentences, " "));
}

}  // namespace storefleet::engines
