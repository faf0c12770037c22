#include "api/stores/input.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "api/field_reader.hpp"
#include "domain/email.hpp"
#include "domain/reasons.hpp"
#include "domain/spec_fields.hpp"

namespace storefleet::api {
namespace {

/// What a body may have.
const std::vector<std::string_view>& known_fields() {
  static const auto kNames = [] {
    std::vector<std::string_view> names{"name"};
    for (const auto& field : spec_fields()) names.push_back(field.name);
    return names;
  }();
  return kNames;
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(
             text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::vector<std::string> read_hosts(FieldReader& fields, std::string_view key, std::size_t most) {
  std::vector<std::string> hosts;
  const auto list = fields.array(key);
  if (list.size() > most)
    fields.wrong(ProblemCode::kInvalidValues, pointer_to(key),
                 fmt::format("At most {} names are allowed.", most));
  for (std::size_t i = 0; i < std::min(list.size(), most); ++i) {
    const auto* text = list[i].if_string();
    const auto host = text != nullptr ? to_std(*text) : std::string();
    const auto place = fmt::format("{}/{}", pointer_to(key), i);
    if (text == nullptr)
      fields.wrong(ProblemCode::kInvalidValues, place, "This must be a text.");
    else if (std::ranges::find(hosts, host) != hosts.end())
      fields.wrong(ProblemCode::kInvalidValues, place, "This name is in the list already.");
    hosts.push_back(host);
  }
  return hosts;
}

/// Whose the domains are, and what is no domain. Those that the store has already were judged then: that
/// somebody else has one of them too is told by the store's failure.
void check_hosts(FieldReader& fields, const StoreInput& input, StoreHosts& hosts, const Store* before) {
  const HostClaimant claimant{.store_uid = before != nullptr ? before->uid : std::string(),
                              .team = input.spec.team};
  for (std::size_t i = 0; i < input.spec.hosts.size(); ++i) {
    const auto& host = input.spec.hosts[i];
    const auto pointer = fmt::format("{}/{}", pointer_to("hosts"), i);
    if (fields.failed(pointer)) continue;
    const bool known =
        before != nullptr && std::ranges::find(before->spec.hosts, host) != before->spec.hosts.end();
    auto checked = check_host(host, hosts.platform());
    if (checked && !known) checked = check_host(host, hosts.platform(), claimant, hosts.family_of(host));
    if (checked) continue;
    const auto code = meaning_of(checked.error().reason).problem.value_or(ProblemCode::kInvalidValues);
    fields.wrong(code, pointer, checked.error().message);
  }
}

/// A time that is over is fine only where the store has it already.
void check_expiry(FieldReader& fields, std::optional<TimePoint> expires, std::optional<TimePoint> before) {
  if (expires && expires != before && *expires <= std::chrono::system_clock::now())
    fields.wrong(ProblemCode::kInvalidValues, "/expiresAt", "This time is over already.");
}

std::optional<TimePoint> read_time(FieldReader& fields, std::string_view key) {
  const auto text = fields.text(key);
  if (text.empty()) return std::nullopt;
  auto time = parse_time(text);
  if (!time)
    fields.wrong(ProblemCode::kInvalidValues, pointer_to(key),
                 "This must be a time like 2026-12-24T18:00:00Z (RFC 3339), not after the year 2200.");
  return time;
}

DeletionPolicy read_deletion_policy(FieldReader& fields, std::string_view key) {
  const auto text = fields.text(key, "Delete");
  if (text != "Delete" && text != "Retain")
    fields.wrong(ProblemCode::kInvalidValues, pointer_to(key), "This must be Delete or Retain.");
  return text == "Retain" ? DeletionPolicy::kRetain : DeletionPolicy::kDelete;
}

/// Takes one field of a spec out of a body.
struct ReadField {
  FieldReader& fields;
  std::string_view name;
  StoreSpec& spec;

  void operator()(const TextField& field) const {
    const auto most = field.wording == Wording::kName ? std::max(field.most, kShownLength) : field.most;
    spec.*field.member = fields.text(name, spec.*field.member, most);
  }
  void operator()(const FlagField& field) const {
    spec.*field.member = fields.flag(name, spec.*field.member);
  }
  void operator()(const TimeField& field) const { spec.*field.member = read_time(fields, name); }
  void operator()(const HostsField& field) const {
    spec.*field.member = read_hosts(fields, name, field.most);
  }
  void operator()(const DeletionPolicyField& field) const {
    spec.*field.member = read_deletion_policy(fields, name);
  }
  void operator()(const ValuesField& field) const {
    spec.*field.member = fields.object(name);
    spec.values_refused = values_trouble(spec.*field.member);
  }

 private:
  /// A name that is too long is told as one that nothing has, with those that there are.
  static constexpr std::size_t kShownLength = 200;
};

/// What the engines say of a spec, as the problem of one field.
void add(FieldReader& fields, const Error& error) {
  const auto& meaning = meaning_of(error.reason);
  fields.wrong(meaning.problem.value_or(ProblemCode::kInvalidValues),
               std::string(meaning.pointer.empty() ? "/values" : meaning.pointer), error.message);
}

void check_name(FieldReader& fields, const std::string& name, const PlatformHosts& platform) {
  if (!fields.has("name")) return fields.wrong(ProblemCode::kInvalidName, "/name", "A store needs a name.");
  if (fields.failed("/name")) return;
  if (const auto valid = check_store_name(name, platform); !valid)
    fields.wrong(ProblemCode::kInvalidName, "/name", valid.error().message);
}

void check_engine(FieldReader& fields, const StoreSpec& spec, const EngineDirectory& engines) {
  if (!fields.has("engine"))
    return fields.wrong(ProblemCode::kUnknownEngine, "/engine", "A store needs an engine.");
  if (fields.failed("/engine") || fields.failed("/plan") || fields.failed("/values")) return;
  if (const auto checked = engines.check(spec); !checked) add(fields, checked.error());
}

/// Everything but the engine's own parameters.
StoreInput read_fields(FieldReader& fields, const PlatformHosts& platform) {
  fields.refuse_unknown_fields(known_fields());
  StoreInput input{.name = fields.text("name"), .spec = {}, .names_team = fields.has("team")};
  auto& spec = input.spec;
  check_name(fields, input.name, platform);
  for (const auto& field : spec_fields()) std::visit(ReadField{fields, field.name, spec}, field.kind);
  // What is retained has nobody who would look after it once its store has gone by itself.
  if (spec.deletion_policy == DeletionPolicy::kRetain && spec.expires_at)
    fields.wrong(ProblemCode::kInvalidValues, "/expiresAt",
                 "The data of this store is to be retained: it cannot expire.");
  if (!is_label(spec.team) || spec.team.size() > kMaxStoreNameLength)
    fields.wrong(ProblemCode::kInvalidValues, "/team", "This must be a team's name: a-z, 0-9 and '-'.");
  if (!spec.admin_email.empty() && !is_email_address(spec.admin_email))
    fields.wrong(ProblemCode::kInvalidValues, "/adminEmail", "This is not an e-mail address.");
  return input;
}

/// The body that would create a store of this spec.
json::object creation_of(const Store& store) {
  json::object body = spec_json(store.spec);
  body["name"] = store.name;
  return body;
}

/// JSON merge patch (RFC 7396, section 2).
void merge(json::object& target, const json::object& patch) {
  for (const auto& [key, value] : patch) {
    if (value.is_null()) {
      target.erase(key);
    } else if (const auto* inner = value.if_object()) {
      auto& place = target[key];
      if (!place.is_object()) place.emplace_object();
      merge(place.get_object(), *inner);
    } else {
      target[key] = value;
    }
  }
}

/// What the volumes of a store were made by. A change that failed need not have reached them; whether it did,
/// the controller looks at.
StoreSpec spec_of_volumes(const Store& store) {
  auto spec = store.spec;
  if (store.status.failure && !store.status.releases.empty()) spec.plan = store.status.releases.front().plan;
  return spec;
}

void refuse_change(FieldReader& fields, std::string_view pointer, bool changed) {
  if (changed && !fields.failed(pointer))
    fields.wrong(ProblemCode::kImmutable, std::string(pointer),
                 "This cannot be changed once the store exists; create another store.");
}

}  // namespace

std::expected<StoreInput, Problem> read_store_input(std::string_view body, const EngineDirectory& engines,
                                                    StoreHosts& hosts) {
  const auto parsed = parse_object(body, "Send a JSON object with at least name and engine.");
  if (!parsed) return std::unexpected(parsed.error());
  FieldReader fields(*parsed);
  auto input = read_fields(fields, hosts.platform());
  check_hosts(fields, input, hosts, nullptr);
  check_expiry(fields, input.spec.expires_at, std::nullopt);
  check_engine(fields, input.spec, engines);
  if (auto problem = fields.problem()) return std::unexpected(std::move(*problem));
  return input;
}

std::expected<StoreSpec, Problem> read_store_change(std::string_view body, const Store& store,
                                                    const EngineDirectory& engines, StoreHosts& hosts) {
  const auto patch = parse_object(body, "Send a JSON object with the fields to change.");
  if (!patch) return std::unexpected(patch.error());
  auto merged = creation_of(store);
  merge(merged, *patch);
  FieldReader fields(merged);
  FieldReader sent(*patch);  // merging drops unknown fields that are null
  sent.refuse_unknown_fields(known_fields());
  if (auto problem = sent.problem()) return std::unexpected(std::move(*problem));
  auto input = read_fields(fields, hosts.platform());
  check_hosts(fields, input, hosts, &store);
  auto& spec = input.spec;
  if (!patch->contains("values")) spec.values_refused = store.spec.values_refused;
  check_expiry(fields, spec.expires_at, store.spec.expires_at);
  refuse_change(fields, "/name", input.name != store.name);
  for (const auto& field : spec_fields())
    if (field.changes == Changes::kNever)
      refuse_change(fields, pointer_to(field.name), field_json(field, spec) != field_json(field, store.spec));
  check_engine(fields, spec, engines);
  if (!fields.failed("/")) {
    if (const auto checked = engines.check_change(spec_of_volumes(store), spec); !checked)
      add(fields, checked.error());
  }
  if (auto problem = fields.problem()) return std::unexpected(std::move(*problem));
  return spec;
}

std::expected<StoreSpec, Problem> checked_change(const Store& store, StoreSpec spec,
                                                 const EngineDirectory& engines) {
  const auto checked = engines.check_change(spec_of_volumes(store), spec);
  if (checked) return spec;
  const json::object body;
  FieldReader fields(body);
  add(fields, checked.error());
  return std::unexpected(*fields.problem());
}

}  // namespace storefleet::api
