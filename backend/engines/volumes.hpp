#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engines/engine.hpp"

namespace storefleet::engines {

/// Bytes of a Kubernetes quantity of memory or storage such as "5Gi" or "500M"; nothing if it is none.
std::optional<std::int64_t> parse_bytes(std::string_view quantity);

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
