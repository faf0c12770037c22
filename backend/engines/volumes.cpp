#include "engines/volumes.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/quantity.hpp"

namespace storefleet::engines {
namespace {

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), Reason::kVolumeSize);
}

}  // namespace

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
