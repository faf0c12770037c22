#include <fmt/format.h>

#include "domain/spec_fields.hpp"
#include "domain/store.hpp"

namespace storefleet::inline domain {
namespace {

constexpr double kMostReadySeconds = 1e9;

std::optional<TimePoint> time_at(const json::value& root, std::initializer_list<std::string_view> path) {
  const auto text = string_at(root, path);
  return text ? parse_time(*text) : std::nullopt;
}

/// How much of something may be read; what is left after a value has been.
struct Budget {
  std::size_t bytes = kMostValuesBytes;

  bool spend(std::size_t count) {
    if (count > bytes) return false;
    bytes -= count;
    return true;
  }
};

enum class Trouble { kNone, kTooDeep, kTooLarge };

/// Recurses no deeper than `levels`.
Trouble trouble_of(const json::value& value, std::size_t levels, Budget& budget) {
  constexpr std::size_t kPunctuation = 4;
  const auto* text = value.if_string();
  if (!budget.spend(kPunctuation + (text == nullptr ? 0 : text->size()))) return Trouble::kTooLarge;
  if (!value.is_structured()) return Trouble::kNone;
  if (levels == 0) return Trouble::kTooDeep;
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array)
      if (const auto trouble = trouble_of(item, levels - 1, budget); trouble != Trouble::kNone)
        return trouble;
    return Trouble::kNone;
  }
  for (const auto& [key, item] : value.get_object()) {
    if (!budget.spend(key.size())) return Trouble::kTooLarge;
    if (const auto trouble = trouble_of(item, levels - 1, budget); trouble != Trouble::kNone) return trouble;
  }
  return Trouble::kNone;
}

/// Nothing for a step that this version does not know.
std::optional<Step> parse_step(const json::value& value) {
  const auto name = parse_step_name(string_or(value, {"name"}));
  if (!name) return std::nullopt;
  Step step;
  step.name = *name;
  step.state = parse_step_state(string_or(value, {"state"})).value_or(StepState::kPending);
  step.started_at = time_at(value, {"startedAt"});
  step.finished_at = time_at(value, {"finishedAt"});
  step.message = string_or(value, {"message"});
  // A step is done only with the times that say so; without, it is looked at as if it had never begun.
  if (step.state == StepState::kDone && (!step.started_at || !step.finished_at))
    return Step{.name = *name, .message = step.message};
  return step;
}

json::object step_json(const Step& step) {
  json::object object{{"name", to_string(step.name)}, {"state", to_string(step.state)}};
  if (step.started_at) object["startedAt"] = format_time(*step.started_at);
  if (step.finished_at) object["finishedAt"] = format_time(*step.finished_at);
  if (!step.message.empty()) object["message"] = step.message.str();
  return object;
}

Condition parse_condition(const json::value& value) {
  return {.type = string_or(value, {"type"}),
          .status = string_or(value, {"status"}) == "True",
          .reason = string_or(value, {"reason"}),
          .message = string_or(value, {"message"}),
          .last_transition = time_at(value, {"lastTransitionTime"}).value_or(TimePoint{})};
}

json::object condition_json(const Condition& condition) {
  return {{"type", condition.type},
          {"status", condition.status ? "True" : "False"},
          {"reason", condition.reason.str()},
          {"message", condition.message.str()},
          {"lastTransitionTime", format_time(condition.last_transition)}};
}

}  // namespace

json::object release_spec_json(const ReleaseSpec& release) {
  return {{"engineVersion", release.engine_version}, {"plan", release.plan}, {"values", release.values}};
}

StoreSpec parse_spec(const json::value& spec) {
  StoreSpec parsed;
  if (!spec.is_object()) return parsed;
  for (const auto& field : spec_fields()) parse_field(field, spec.get_object(), parsed);
  return parsed;
}

json::object spec_json(const StoreSpec& spec) {
  static const StoreSpec kDefaults;
  json::object object;
  for (const auto& field : spec_fields()) {
    auto value = field_json(field, spec);
    if (field.written == Written::kAlways || value != field_json(field, kDefaults))
      object[field.name] = std::move(value);
  }
  return object;
}

std::string values_trouble(const json::object& values) {
  if (values.size() > kMostValues)
    return fmt::format("values has {} members, {} are allowed", values.size(), kMostValues);
  Budget budget;
  constexpr std::size_t kLevels = kMostValuesDepth - 1;
  for (const auto& [key, value] : values) {
    const auto trouble = budget.spend(key.size()) ? trouble_of(value, kLevels, budget) : Trouble::kTooLarge;
    if (trouble == Trouble::kTooDeep)
      return fmt::format("values nests deeper than {} levels", kMostValuesDepth);
    if (trouble == Trouble::kTooLarge) return fmt::format("values is larger than {} bytes", kMostValuesBytes);
  }
  return {};
}

StoreStatus parse_status(const json::value& status) {
  StoreStatus parsed;
  parsed.phase = parse_phase(string_or(status, {"phase"})).value_or(Phase::kPending);
  parsed.observed_generation = int_or(status, {"observedGeneration"}, 0);
  parsed.id = string_or(status, {"id"});
  parsed.store_namespace = string_or(status, {"namespace"});
  parsed.url = string_or(status, {"url"});
  parsed.admin_url = string_or(status, {"adminUrl"});
  parsed.engine_version = string_or(status, {"engineVersion"});
  for (const auto& value : array_at(status, {"steps"}))
    if (auto step = parse_step(value); step && find_step(parsed.steps, step->name) == nullptr)
      parsed.steps.push_back(*std::move(step));
  if (const auto code = parse_failure_code(string_or(status, {"failure", "code"}))) {
    parsed.failure = Failure{*code, string_or(status, {"failure", "message"}),
                             time_at(status, {"failure", "since"}).value_or(TimePoint{})};
  }
  for (const auto& condition : array_at(status, {"conditions"}))
    if (parsed.conditions.size() < kMostConditions) parsed.conditions.push_back(parse_condition(condition));
  if (const auto* seconds = find_at(status, {"readySeconds"})) {
    json::error_code error;
    const auto number = seconds->to_number<double>(error);
    if (!error && number >= 0 && number < kMostReadySeconds) parsed.ready_seconds = number;
  }
  for (const auto& release : array_at(status, {"releases"})) {
    if (parsed.releases.size() == kMostReleases) break;
    if (!values_trouble(object_at(release, {"values"})).empty()) continue;
    parsed.releases.push_back({.engine_version = string_or(release, {"engineVersion"}),
                               .plan = string_or(release, {"plan"}),
                               .values = object_at(release, {"values"})});
  }
  return parsed;
}

json::object status_json(const StoreStatus& status) {
  json::object object{{"phase", to_string(status.phase)}, {"observedGeneration", status.observed_generation}};
  const auto put = [&object](std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
  };
  put("id", status.id);
  put("namespace", status.store_namespace);
  put("url", status.url);
  put("adminUrl", status.admin_url);
  put("engineVersion", status.engine_version);
  json::array steps;
  for (const auto& step : status.steps) steps.push_back(step_json(step));
  object["steps"] = std::move(steps);
  if (status.failure) {
    object["failure"] = {{"code", to_string(status.failure->code)},
                         {"message", status.failure->message.str()},
                         {"remedy", remedy(status.failure->code)},
                         {"since", format_time(status.failure->since)}};
  }
  json::array conditions;
  for (const auto& condition : status.conditions) conditions.push_back(condition_json(condition));
  object["conditions"] = std::move(conditions);
  if (status.ready_seconds) object["readySeconds"] = *status.ready_seconds;
  if (!status.releases.empty()) {
    json::array releases;
    for (const auto& release : status.releases) releases.push_back(release_spec_json(release));
    object["releases"] = std::move(releases);
  }
  return object;
}

json::object status_patch(const StoreStatus& status) {
  auto patch = status_json(status);
  for (const auto* key :
       {"id", "namespace", "url", "adminUrl", "engineVersion", "failure", "readySeconds", "releases"})
    if (!patch.contains(key)) patch[key] = nullptr;
  return patch;
}

Result<Store> parse_store(const json::value& object) {
  Store store;
  store.name = string_or(object, {"metadata", "name"});
  if (store.name.empty()) return fail(ErrorCode::kInvalidArgument, "a Store without a name");
  store.uid = string_or(object, {"metadata", "uid"});
  store.resource_version = string_or(object, {"metadata", "resourceVersion"});
  store.generation = int_or(object, {"metadata", "generation"}, 0);
  store.created_at = time_at(object, {"metadata", "creationTimestamp"}).value_or(TimePoint{});
  store.deletion_requested_at = time_at(object, {"metadata", "deletionTimestamp"});
  for (const auto& entry : array_at(object, {"metadata", "finalizers"}))
    if (entry.is_string()) store.finalizers.push_back(to_std(entry.get_string()));
  for (const auto& [key, value] : object_at(object, {"metadata", "annotations"}))
    if (value.is_string()) store.annotations.emplace(key, to_std(value.get_string()));
  const auto* spec = find_at(object, {"spec"});
  if (spec != nullptr && spec->is_object()) {
    store.spec = parse_spec(*spec);
  } else {
    store.spec.values_refused = "the resource cannot be read";
  }
  if (const auto* status = find_at(object, {"status"})) store.status = parse_status(*status);
  return store;
}

}  // namespace storefleet::inline domain
