#include "domain/isolation.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kNames = enum_names<IsolationState>({{IsolationState::kUnknown, "Unknown"},
                                                    {IsolationState::kEnforced, "Enforced"},
                                                    {IsolationState::kNotEnforced, "NotEnforced"}});

}  // namespace

std::string_view to_string(IsolationState state) {
  return kNames.name_of(state);
}

json::object isolation_json(const IsolationVerdict& verdict) {
  json::object object{{"state", to_string(verdict.state)}, {"evidence", verdict.evidence}};
  if (verdict.since) object["since"] = format_time(*verdict.since);
  if (verdict.looked_at) object["lookedAt"] = format_time(*verdict.looked_at);
  return object;
}

IsolationVerdict parse_isolation(const json::value& object) {
  const auto state = kNames.value_of(string_or(object, {"state"}));
  if (!state) return {};
  return {.state = *state,
          .evidence = string_or(object, {"evidence"}),
          .since = parse_time(string_or(object, {"since"})),
          .looked_at = parse_time(string_or(object, {"lookedAt"}))};
}

}  // namespace storefleet::inline domain
