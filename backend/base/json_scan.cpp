#include "base/json_scan.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace storefleet::inline base {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// A place in the text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_.at(at_); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }

  bool take(char wanted) {
    skip_space();
    if (peek() != wanted || at_end()) return false;
    ++at_;
    return true;
  }

  /// Behind the string that begins here.
  bool skip_string() {
    if (peek() != '"') return false;
    for (++at_; !at_end(); ++at_) {
      if (peek() == '\\') {
        ++at_;
      } else if (peek() == '"') {
        ++at_;
        return true;
      }
    }
    at_ = text_.size();
    return false;
  }

  /// Behind the value that begins here. Brackets are counted, not matched by kind: a parser reads it later.
  bool skip_value() {
    skip_space();
    if (peek() == '"') return skip_string();
    std::size_t open = 0;
    const auto start = at_;
    while (!at_end()) {
      const char c = peek();
      if (c == '"') {
        if (!skip_string()) return false;
        continue;
      }
      if (open == 0 && (c == ',' || c == '}' || c == ']' || kSpace.contains(c))) break;
      ++at_;
      if (c == '{' || c == '[') ++open;
      if ((c == '}' || c == ']') && --open == 0) return true;
    }
    return open == 0 && at_ > start;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::unexpected<Error> not_valid(const Cursor& cursor) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("not valid JSON at byte {}", cursor.at()));
}

}  // namespace

Result<std::vector<std::pair<std::string_view, std::string_view>>> scan_members(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> members;
  Cursor cursor(text);
  if (!cursor.take('{')) return not_valid(cursor);
  if (cursor.take('}')) return members;
  do {
    cursor.skip_space();
    auto start = cursor.at();
    if (!cursor.skip_string()) return not_valid(cursor);
    const auto quoted = cursor.since(start);
    if (!cursor.take(':')) return not_valid(cursor);
    cursor.skip_space();
    start = cursor.at();
    if (!cursor.skip_value()) return not_valid(cursor);
    members.emplace_back(quoted.substr(1, quoted.size() - 2), cursor.since(start));
  } while (cursor.take(','));
  if (!cursor.take('}')) return not_valid(cursor);
  return members;
}

Result<std::vector<std::string_view>> scan_elements(std::string_view text) {
  std::vector<std::string_view> elements;
  Cursor cursor(text);
  if (!cursor.take('[')) return not_valid(cursor);
  if (cursor.take(']')) return elements;
  do {
    cursor.skip_space();
    const auto start = cursor.at();
    if (!cursor.skip_value()) return not_valid(cursor);
    elements.push_back(cursor.since(start));
  } while (cursor.take(','));
  if (!cursor.take(']')) return not_valid(cursor);
  return elements;
}

std::string_view scan_member(std::string_view text, std::string_view key) {
  const auto members = scan_members(text);
  if (!members) return {};
  for (const auto& [name, value] : *members)
    if (name == key) return value;
  return {};
}

std::string flatten_json(std::string_view text, std::size_t depth) {
  std::string flat;
  flat.reserve(text.size());
  std::size_t open = 0;
  bool in_string = false;
  bool escaped = false;
  for (const char c : text) {
    const bool opens = !in_string && (c == '{' || c == '[');
    const bool closes = !in_string && (c == '}' || c == ']');
    if (in_string) {
      const bool ends = !escaped && c == '"';
      escaped = !escaped && c == '\\';
      if (ends) in_string = false;
    } else if (c == '"') {
      in_string = true;
    }
    if (opens && ++open == depth + 1) flat += "null";
    if (open <= depth) flat += c;
    if (closes && open > 0) --open;
  }
  return flat;
}

Result<json::value> parse_json_flattened(std::string_view text) {
  auto parsed = parse_json(text);
  if (parsed || parsed.error().reason != Reason::kNestedTooDeep) return parsed;
  return parse_json(flatten_json(text, kMostJsonDepth));
}

}  // namespace storefleet::inline base
