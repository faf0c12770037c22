#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"
#include "engines/engine.hpp"

namespace storefleet::engines {

/// Claim name → size, as a plan gives them or as they are in the cluster.
using VolumeSizes = std::map<std::string, std::string>;

VolumeSizes volume_sizes(const EnginePlan& plan);

/// All of them together, in bytes; what is no quantity counts as nothing.
std::int64_t total_bytes(const VolumeSizes& sizes);

enum class VolumeGrowth { kForbidden, kAllowed };

/// Whether volumes of these sizes can become those of a plan; InvalidArgument with reason VolumeSize where
/// one would have to shrink, or grow where its class forbids that.
Result<void> check_volumes(const VolumeSizes& existing, const EnginePlan& plan, VolumeGrowth growth);

}  // namespace storefleet::engines
