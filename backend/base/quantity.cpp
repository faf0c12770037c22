#include "base/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace storefleet::inline base {
namespace {

/// Has 64 bits for digits where the program runs, so that every number of bytes is exact.
using Number = long double;

constexpr std::array<std::pair<std::string_view, Number>, 16> kSuffixes = {{{"", 1.0L},
                                                                            {"n", 1e-9L},
                                                                            {"u", 1e-6L},
                                                                            {"m", 1e-3L},
                                                                            {"k", 1e3L},
                                                                            {"M", 1e6L},
                                                                            {"G", 1e9L},
                                                                            {"T", 1e12L},
                                                                            {"P", 1e15L},
                                                                            {"E", 1e18L},
                                                                            {"Ki", 0x1p10L},
                                                                            {"Mi", 0x1p20L},
                                                                            {"Gi", 0x1p30L},
                                                                            {"Ti", 0x1p40L},
                                                                            {"Pi", 0x1p50L},
                                                                            {"Ei", 0x1p60L}}};

/// Kubernetes caps what is larger.
constexpr Number kMost = 0x1p63L;

/// What a suffix multiplies by: a unit, or a power of ten such as "e3".
std::optional<Number> factor_of(std::string_view suffix) {
  const auto* const unit = std::ranges::find(kSuffixes, suffix, &decltype(kSuffixes)::value_type::first);
  if (unit != kSuffixes.end()) return unit->second;
  if (suffix.front() != 'e' && suffix.front() != 'E') return std::nullopt;
  suffix.remove_prefix(suffix.starts_with("e+") || suffix.starts_with("E+") ? 2 : 1);
  int power = 0;
  const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), power);
  if (error != std::errc{} || end != suffix.data() + suffix.size()) return std::nullopt;
  return std::pow(10.0L, power);
}

std::optional<Number> read(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = text.substr(0, text.find_first_not_of("0123456789."));
  Number number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  const auto factor = factor_of(text.substr(digits.size()));
  if (!factor) return std::nullopt;
  return std::clamp((negative ? -number : number) * *factor, -kMost, kMost);
}

}  // namespace

std::optional<double> parse_quantity(std::string_view text) {
  const auto number = read(text);
  if (!number) return std::nullopt;
  return static_cast<double>(*number);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const auto number = read(text);
  if (!number || *number < 0 || *number >= kMost) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(*number));
}

std::string bytes_text(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"", "Ki", "Mi", "Gi", "Ti"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  const bool fraction = bytes < 10 && std::abs(bytes - std::round(bytes)) >= 0.05;
  return fraction ? fmt::format("{:.1f}{}", bytes, kUnits.at(unit))
                  : fmt::format("{:.0f}{}", bytes, kUnits.at(unit));
}

}  // namespace storefleet::inline base
