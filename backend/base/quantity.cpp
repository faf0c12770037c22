#include "base/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace storefleet::inline base {
namespace {

constexpr std::int64_t kKibi = 1024;
constexpr std::int64_t kKilo = 1000;
constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> kSuffixes{
    {{"", 1},
     {"Ki", kKibi},
     {"Mi", kKibi* kKibi},
     {"Gi", kKibi* kKibi* kKibi},
     {"Ti", kKibi* kKibi* kKibi* kKibi},
     {"k", kKilo},
     {"M", kKilo* kKilo},
     {"G", kKilo* kKilo* kKilo},
     {"T", kKilo* kKilo* kKilo* kKilo}}};

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : kSuffixes) {
    std::int64_t bytes = 0;
    if (name == suffix && !__builtin_mul_overflow(number, factor, &bytes)) return bytes;
  }
  return std::nullopt;
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
