#include "domain/event.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kTypeNames =
    enum_names<EventType>({{EventType::kNormal, "Normal"}, {EventType::kWarning, "Warning"}});
constexpr auto kReasonNames = enum_names<EventReason>({{EventReason::kStepFinished, "StepFinished"},
                                                       {EventReason::kPhaseChanged, "PhaseChanged"},
                                                       {EventReason::kExpiresSoon, "ExpiresSoon"},
                                                       {EventReason::kRetained, "Retained"}});

}  // namespace

std::string_view to_string(EventType type) {
  return kTypeNames.name_of(type);
}
std::optional<EventType> parse_event_type(std::string_view text) {
  return kTypeNames.value_of(text);
}
std::string_view to_string(EventReason reason) {
  return kReasonNames.name_of(reason);
}

}  // namespace storefleet::inline domain
