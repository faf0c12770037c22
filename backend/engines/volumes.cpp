#include "engines/volumes.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace storefleet::engines {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 11> kUnits = {{{"", 1.0},
                                                                         {"k", 1e3},
                                                                         {"M", 1e6},
                                                                         {"G", 1e9},
                                                                         {"T", 1e12},
                                                                         {"P", 1e15},
                                                                         {"Ki", 1024.0},
                                                                         {"Mi", 1048576.0},
                                                                         {"Gi", 1073741824.0},
                                                                         {"Ti", 1099511627776.0},
                                                                         {"Pi", 1125899906842624.0}}};

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), Reason::kVolumeSize);
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view quantity) {
  double number = 0;
  const auto [rest, error] = std::from_chars(quantity.data(), quantity.data() + quantity.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view unit(rest, quantity.data() + quantity.size());
  for (const auto& [name, factor] : kUnits)
    if (name == unit) return static_cast<std::int64_t>(number * factor);
  return std::nullopt;
}

VolumeSizes volume_sizes(const EnginePlan& plan) {
  VolumeSizes sizes;
  for (const auto& [claim, size] : plan.storage)
    if (size.is_string()) sizes[claim] = to_std(size.get_string());
  return sizes;
}

std::int64_t total_bytes(const VolumeSizes& sizes) {
  std::int64_t total = 0;
  for (const auto& [claim, size] : sizes) total += parse_bytes(size).value_or(0);
  return total;
}

Result<void> check_volumes(const VolumeSizes& existing, const EnginePlan& plan, VolumeGrowth growth) {
  for (const auto& [claim, wanted] : volume_sizes(plan)) {
    const auto found = existing.find(claim);
    if (found == existing.end()) continue;
    const auto has = parse_bytes(found->second);
    const auto wants = parse_bytes(wanted);
    if (!has || !wants || *has == *wants) continue;
    if (*wants < *has)
      return refused(
          fmt::format("The plan has {} for the volume '{}', which holds {} already: volumes cannot shrink. "
                      "Choose a plan that is as large, or move the shop into a new store.",
                      wanted, claim, found->second));
    if (growth == VolumeGrowth::kForbidden)
      return refused(
          fmt::format("The plan has {} for the volume '{}', which holds {}: the cluster's storage class "
                      "does not let volumes grow. Move the shop into a new store of that plan.",
                      wanted, claim, found->second));
  }
  return {};
}

}  // namespace storefleet::engines
