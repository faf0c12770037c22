#include "domain/spec_fields.hpp"

#include <array>

namespace storefleet::inline domain {
namespace {

constexpr std::size_t kMostNameLength = 40;
constexpr std::size_t kMostTeamLength = 63;
constexpr std::size_t kMostHosts = 20;

// clang-format off
constexpr auto kFields = std::to_array<SpecField>({
    {"engine", TextField{&StoreSpec::engine, kMostNameLength, Wording::kName}, Changes::kNever, Written::kAlways},
    {"plan", TextField{&StoreSpec::plan, kMostNameLength, Wording::kName}, Changes::kAllowed, Written::kAlways},
    {"team", TextField{&StoreSpec::team, kMostTeamLength, Wording::kName}, Changes::kNever, Written::kAlways},
    {"sampleData", FlagField{&StoreSpec::sample_data}, Changes::kNever, Written::kAlways},
    {"title", TextField{&StoreSpec::title, StoreTitle::kMostCharacters}},
    {"adminEmail", TextField{&StoreSpec::admin_email, AdminEmail::kMostCharacters}},
    {"note", TextField{&StoreSpec::note, StoreNote::kMostCharacters}},
    {"hosts", HostsField{&StoreSpec::hosts, kMostHosts}},
    {"asleep", FlagField{&StoreSpec::asleep}},
    {"expiresAt", TimeField{&StoreSpec::expires_at}},
    {"engineVersion", TextField{&StoreSpec::engine_version, kMostVersionLength, Wording::kName}},
    {"values", ValuesField{&StoreSpec::values}},
    {"deletionPolicy", DeletionPolicyField{&StoreSpec::deletion_policy}},
});
// clang-format on

struct ToJson {
  const StoreSpec& spec;

  json::value operator()(const TextField& field) const { return json::string(spec.*field.member); }
  json::value operator()(const FlagField& field) const { return spec.*field.member; }
  json::value operator()(const TimeField& field) const {
    const auto& time = spec.*field.member;
    return time ? json::value(json::string(format_time(*time))) : json::value(nullptr);
  }
  json::value operator()(const HostsField& field) const {
    const auto& hosts = spec.*field.member;
    return json::array(hosts.begin(), hosts.end());
  }
  json::value operator()(const DeletionPolicyField& field) const {
    return spec.*field.member == DeletionPolicy::kRetain ? "Retain" : "Delete";
  }
  json::value operator()(const ValuesField& field) const { return spec.*field.member; }
};

struct FromJson {
  const json::value& value;
  StoreSpec& parsed;

  void operator()(const TextField& field) const {
    if (const auto* text = value.if_string()) parsed.*field.member = clean_text(*text, field.most);
  }
  void operator()(const FlagField& field) const {
    if (value.is_bool()) parsed.*field.member = value.get_bool();
  }
  void operator()(const TimeField& field) const {
    if (const auto* text = value.if_string()) parsed.*field.member = parse_time(*text);
  }
  void operator()(const HostsField& field) const {
    if (!value.is_array()) return;
    for (const auto& host : value.get_array())
      if (host.is_string()) (parsed.*field.member).push_back(to_std(host.get_string()));
  }
  void operator()(const DeletionPolicyField& field) const {
    if (value == "Retain") parsed.*field.member = DeletionPolicy::kRetain;
  }
  void operator()(const ValuesField& field) const {
    if (!value.is_object()) return;
    parsed.values_refused = values_trouble(value.get_object());
    if (parsed.values_refused.empty()) parsed.*field.member = value.get_object();
  }
};

}  // namespace

std::span<const SpecField> spec_fields() {
  return kFields;
}

json::value field_json(const SpecField& field, const StoreSpec& spec) {
  return std::visit(ToJson{spec}, field.kind);
}

void parse_field(const SpecField& field, const json::object& spec, StoreSpec& parsed) {
  if (const auto* value = spec.if_contains(field.name)) std::visit(FromJson{*value, parsed}, field.kind);
}

}  // namespace storefleet::inline domain
