#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace storefleet::inline base {

/// The wire names of a closed enum, written once and read both ways.
template <class Enum, std::size_t Count>
struct EnumNames {
  std::array<std::pair<Enum, std::string_view>, Count> names;

  constexpr std::array<Enum, Count> values() const {
    std::array<Enum, Count> all{};
    for (std::size_t i = 0; i < Count; ++i) all[i] = names[i].first;
    return all;
  }

  constexpr std::string_view name_of(Enum value) const {
    for (const auto& [candidate, name] : names)
      if (candidate == value) return name;
    return {};
  }
  constexpr std::optional<Enum> value_of(std::string_view text) const {
    for (const auto& [value, name] : names)
      if (name == text) return value;
    return std::nullopt;
  }
};

template <class Enum, std::size_t Count>
constexpr EnumNames<Enum, Count> enum_names(const std::pair<Enum, std::string_view> (&names)[Count]) {
  return {std::to_array(names)};
}

}  // namespace storefleet::inline base
