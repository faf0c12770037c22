#pragma once
#include <functional>
#include <string>

#include "base/json.hpp"

namespace storefleet::engines {

/// Whether one value fits the JSON Schema of its parameter.
using ValueCheck = std::function<bool(const json::object& schema, const json::value& value)>;

/// What is wrong with the values of an engine's parameters, in words for people: names that there are not
/// (with those that there are), and for each value that does not fit what the parameter takes. Empty where
/// only the whole can be wrong, e.g. because of a required parameter.
std::string wrong_values(const json::object& schema, const json::object& values, const ValueCheck& fits);

}  // namespace storefleet::engines
