#include "domain/phase.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kNames = enum_names<Phase>({
    {Phase::kPending, "Pending"},
    {Phase::kProvisioning, "Provisioning"},
    {Phase::kReady, "Ready"},
    {Phase::kDegraded, "Degraded"},
    {Phase::kSleeping, "Sleeping"},
    {Phase::kUpdating, "Updating"},
    {Phase::kRetained, "Retained"},
    {Phase::kDeleting, "Deleting"},
    {Phase::kFailed, "Failed"},
});

constexpr auto kAll = kNames.values();

}  // namespace

std::span<const Phase> phases() {
  return kAll;
}

std::string_view to_string(Phase phase) {
  return kNames.name_of(phase);
}
std::optional<Phase> parse_phase(std::string_view text) {
  return kNames.value_of(text);
}

}  // namespace storefleet::inline domain
