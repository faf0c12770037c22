#pragma once
#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace storefleet::engines {

/// The JSON Schema of an engine's `spec.values`, read once. Both sides are hostile: whoever mounts an engine
/// writes the schema, whoever creates a store the values. So patterns are RE2's, which takes time linear in
/// the text and never recurses, and everything has a bound. Copies share what was read; any thread.
class ParameterSchema {
 public:
  /// What a schema that sets no bound of its own gets.
  static constexpr int kDefaultMaxLength = 1024;
  static constexpr int kDefaultMaxItems = 100;
  static constexpr int kDefaultMaxProperties = 100;
  /// No schema may allow longer lists: uniqueItems compares all with all.
  static constexpr int kMostItems = 1000;

  /// InvalidArgument names the keyword that cannot be used: a pattern that is none of RE2's, or stands where
  /// it would not be looked at (below anyOf, oneOf, not, if); a multipleOf that is not above 0; $ref,
  /// patternProperties and propertyNames.
  static Result<ParameterSchema> compile(const json::object& schema);

  /// The schema with every bound written out; what users are shown.
  [[nodiscard]] const json::object& document() const;

  /// What is wrong with `values`; empty where nothing is.
  [[nodiscard]] std::string violations(const json::object& values) const;

 private:
  struct Compiled;
  explicit ParameterSchema(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace storefleet::engines
