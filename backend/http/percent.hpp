#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace storefleet::http {

/// Percent-encodes everything but RFC 3986 unreserved characters: safe in a path segment and in a query.
std::string percent_encode(std::string_view text);

/// Undoes percent-encoding; nothing if a "%" is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// The parameters of a query string, in order, names possibly repeated. "+" means a space.
class QueryParameters {
 public:
  /// Reads "a=1&b=x%20y", with or without a leading "?". Nothing if an escape is malformed.
  static std::optional<QueryParameters> parse(std::string_view query);

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Adds only what is not empty.
  void add_unless_empty(std::string name, std::string value);

  /// The first value of `name`, if present.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

  /// "a=1&b=x%20y", without "?".
  [[nodiscard]] std::string to_string() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request target split at its first "?"; both parts still percent-encoded, views into the argument.
struct TargetParts {
  std::string_view path;
  std::string_view query;
};
TargetParts split_target(std::string_view target);

}  // namespace storefleet::http
