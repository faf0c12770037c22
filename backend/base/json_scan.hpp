#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

/// Reads the outline of JSON text without building it, and without recursion: for documents of which a part
/// may be beyond every limit while the rest is needed.
namespace storefleet::inline base {

/// The members of the object that `text` is, as key (escapes as written) and text of the value.
/// InvalidArgument where it is none; what is inside a value is not looked at beyond its brackets and quotes.
Result<std::vector<std::pair<std::string_view, std::string_view>>> scan_members(std::string_view text);

/// The elements of the array that `text` is.
Result<std::vector<std::string_view>> scan_elements(std::string_view text);

/// The text of that member of the object `text`; empty where there is none or `text` is no object.
std::string_view scan_member(std::string_view text, std::string_view key);

/// `text` with null for every object and array that lies below `depth` others.
std::string flatten_json(std::string_view text, std::size_t depth);

/// As parse_json, but what is nested too deep is null instead of an error: for answers of a server that takes
/// more levels than we do. A document that was cut so still has kMostJsonDepth levels.
Result<json::value> parse_json_flattened(std::string_view text);

}  // namespace storefleet::inline base
