#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace storefleet::inline domain {

/// Where a store is in its life; the closed enum of `status.phase`.
enum class Phase {
  kPending,
  kProvisioning,
  kReady,
  kDegraded,
  kSleeping,
  kUpdating,
  kRetained,
  kDeleting,
  kFailed
};

/// Every one of them.
std::span<const Phase> phases();

std::string_view to_string(Phase phase);
std::optional<Phase> parse_phase(std::string_view text);

}  // namespace storefleet::inline domain
