#pragma once
#include <span>
#include <string_view>
#include <variant>

#include "domain/store.hpp"

/// Every field of a store's spec, declared once: reading and writing the resource, the API's bodies and its
/// answers go through this table. A test holds the CRD and openapi.yaml against it.
namespace storefleet::inline domain {

/// Whether a text is its writer's own, or names one of what there is: such a name that is too long is
/// answered with those that there are.
enum class Wording { kFree, kName };

/// Text of at most so many characters.
struct TextField {
  std::string StoreSpec::* member;
  std::size_t most;
  Wording wording = Wording::kFree;
};
struct FlagField {
  bool StoreSpec::* member;
};
/// A point in time; absent: never.
struct TimeField {
  std::optional<TimePoint> StoreSpec::* member;
};
/// Names of hosts, at most so many.
struct HostsField {
  std::vector<std::string> StoreSpec::* member;
  std::size_t most;
};
struct DeletionPolicyField {
  DeletionPolicy StoreSpec::* member;
};
/// Parameters of the engine.
struct ValuesField {
  json::object StoreSpec::* member;
};

/// Whether the field of a store that exists may become another.
enum class Changes { kAllowed, kNever };
/// Whether the resource has it although it is what it would be without.
enum class Written { kWhereItSaysSomething, kAlways };

struct SpecField {
  std::string_view name;  // in every JSON
  std::variant<TextField, FlagField, TimeField, HostsField, DeletionPolicyField, ValuesField> kind;
  Changes changes = Changes::kAllowed;
  Written written = Written::kWhereItSaysSomething;
};

std::span<const SpecField> spec_fields();

/// The field of that spec as JSON; null where a time is absent.
json::value field_json(const SpecField& field, const StoreSpec& spec);

/// What the resource's JSON says of the field. Whoever may edit a Store may have written anything: what does
/// not fit is left out, never trusted.
void parse_field(const SpecField& field, const json::object& spec, StoreSpec& parsed);

}  // namespace storefleet::inline domain
