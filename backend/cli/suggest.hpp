#pragma once
#include <span>
#include <string>
#include <string_view>

namespace storefleet::cli {

/// How many letters to add, drop, change or swap to get from one word to the other (optimal string
/// alignment).
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate nearest to a mistyped word, or an empty text where none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace storefleet::cli
