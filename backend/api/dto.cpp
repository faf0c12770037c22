#include "api/dto.hpp"

#include <fmt/format.h>

#include "domain/spec_fields.hpp"

namespace storefleet::api {
namespace {

template <class Strings>
json::array strings(const Strings& values) {
  return json::array(values.begin(), values.end());
}

void put(json::object& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

void put(json::object& object, std::string_view key, const std::optional<TimePoint>& time) {
  if (time) object[key] = format_time(*time);
}

double seconds_between(TimePoint start, TimePoint end) {
  return std::chrono::duration<double>(end - start).count();
}

}  // namespace

json::array steps_dto(const std::vector<Step>& steps) {
  json::array array;
  for (const auto& step : steps) {
    json::object object{{"name", to_string(step.name)}, {"state", to_string(step.state)}};
    put(object, "startedAt", step.started_at);
    put(object, "finishedAt", step.finished_at);
    put(object, "message", step.message.str());
    array.push_back(std::move(object));
  }
  return array;
}

json::object failure_dto(const Failure& failure) {
  return {{"code", to_string(failure.code)},
          {"message", failure.message.str()},
          {"remedy", remedy(failure.code)},
          {"since", format_time(failure.since)}};
}

json::object store_dto(const Store& store) {
  const auto& status = store.status;
  json::object object{{"name", store.name},
                      {"uid", store.uid},
                      {"generation", store.generation},
                      {"observedGeneration", status.observed_generation}};
  for (const auto& field : spec_fields())
    if (auto value = field_json(field, store.spec); !value.is_null()) object[field.name] = std::move(value);
  // What runs; before that, what was asked for.
  put(object, "engineVersion", status.engine_version);
  if (object["engineVersion"] == "") object.erase("engineVersion");
  object["phase"] = to_string(status.phase);
  object["createdAt"] = format_time(store.created_at);
  object["steps"] = steps_dto(status.steps);
  put(object, "namespace", status.store_namespace);
  put(object, "url", status.url);
  put(object, "adminUrl", status.admin_url);
  put(object, "deletionRequestedAt", store.deletion_requested_at);
  if (status.ready_seconds) object["readySeconds"] = *status.ready_seconds;
  if (status.failure) object["failure"] = failure_dto(*status.failure);
  if (const auto target = rollback_target(store)) object["rollback"] = release_spec_json(*target);
  json::array conditions;
  for (const auto& condition : status.conditions)
    conditions.push_back({{"type", condition.type},
                          {"status", condition.status},
                          {"reason", condition.reason.str()},
                          {"message", condition.message.str()},
                          {"lastTransitionTime", format_time(condition.last_transition)}});
  object["conditions"] = std::move(conditions);
  return object;
}

json::object step_list_dto(const Store& store) {
  json::object object{{"phase", to_string(store.status.phase)}, {"steps", steps_dto(store.status.steps)}};
  if (store.status.failure) object["failure"] = failure_dto(*store.status.failure);
  return object;
}

json::object event_dto(const StoreEvent& event) {
  json::object object{{"sequence", event.sequence},     {"storeUid", event.store_uid},
                      {"storeName", event.store_name},  {"team", event.team},
                      {"at", format_time(event.at)},    {"type", to_string(event.type)},
                      {"source", event.source.str()},   {"reason", event.reason.str()},
                      {"message", event.message.str()}, {"subject", event.subject.str()}};
  if (event.duration_seconds) object["durationSeconds"] = *event.duration_seconds;
  return object;
}

json::object usage_dto(const StoreUsage& usage) {
  json::array pods;
  for (const auto& pod : usage.pods) {
    json::object object{{"name", pod.name}, {"component", pod.component}, {"phase", pod.phase}};
    if (pod.cpu_cores) object["cpuCores"] = *pod.cpu_cores;
    if (pod.memory_bytes) object["memoryBytes"] = *pod.memory_bytes;
    pods.push_back(std::move(object));
  }
  json::array volumes;
  for (const auto& volume : usage.volumes) {
    json::object object{
        {"name", volume.name}, {"phase", volume.phase}, {"requestedBytes", volume.requested_bytes}};
    if (volume.capacity_bytes) object["capacityBytes"] = *volume.capacity_bytes;
    volumes.push_back(std::move(object));
  }
  json::array quota;
  for (const auto& line : usage.quota)
    quota.push_back({{"resource", line.resource}, {"hard", line.hard}, {"used", line.used}});
  json::object object{
      {"pods", std::move(pods)}, {"volumes", std::move(volumes)}, {"quota", std::move(quota)}};
  put(object, "measuredAt", usage.measured_at);
  put(object, "unavailable", usage.unavailable);
  return object;
}

json::object receipt_dto(const TeardownReceipt& receipt) {
  return {{"storeName", receipt.store_name},
          {"storeUid", receipt.store_uid},
          {"team", receipt.team},
          {"startedAt", format_time(receipt.started_at)},
          {"finishedAt", format_time(receipt.finished_at)},
          {"durationSeconds", seconds_between(receipt.started_at, receipt.finished_at)},
          {"removed", receipt.removed}};
}

json::object engine_dto(const EngineSummary& engine) {
  return {{"name", engine.name},
          {"displayName", engine.display_name},
          {"description", engine.description},
          {"versions", strings(engine.versions)},
          {"plans", strings(engine.plans)},
          {"parameters", engine.parameters}};
}

json::object plan_dto(const PlanSummary& plan) {
  json::array engines;
  for (const auto& engine : plan.engines)
    engines.push_back({{"engine", engine.engine},
                       {"storageBytes", engine.storage_bytes},
                       {"storage", engine.storage},
                       {"quota", engine.quota},
                       {"resources", engine.resources}});
  return {{"name", plan.name}, {"engines", std::move(engines)}};
}

json::object leader_dto(const Leader& leader) {
  json::object object;
  put(object, "identity", leader.identity);
  put(object, "leadingSince", leader.since);
  put(object, "renewedAt", leader.renewed_at);
  return object;
}

json::object isolation_dto(const IsolationVerdict& verdict, bool required) {
  json::object object{
      {"state", to_string(verdict.state)}, {"required", required}, {"evidence", verdict.evidence}};
  put(object, "since", verdict.since);
  put(object, "lookedAt", verdict.looked_at);
  return object;
}

json::object provisioning_dto(const ProvisioningDay& day) {
  json::object steps;
  for (const auto& [step, seconds] : day.step_p50_seconds) steps[step] = seconds;
  return {{"day", day.day},
          {"engine", day.engine},
          {"count", day.count},
          {"p50Seconds", day.p50_seconds},
          {"p95Seconds", day.p95_seconds},
          {"stepP50Seconds", std::move(steps)}};
}

json::object user_dto(const User& user) {
  return {{"name", user.name},
          {"email", user.email},
          {"role", to_string(user.role)},
          {"disabled", user.disabled},
          {"createdAt", format_time(user.created_at)}};
}

json::object team_dto(const Team& team) {
  json::object quota;
  if (team.quota.stores) quota["stores"] = *team.quota.stores;
  if (team.quota.storage_bytes) quota["storageBytes"] = *team.quota.storage_bytes;
  if (!team.quota.plans.empty()) quota["plans"] = strings(team.quota.plans);
  return {{"name", team.name},
          {"displayName", team.display_name},
          {"quota", std::move(quota)},
          {"usage", {{"stores", team.usage.stores}, {"storageBytes", team.usage.storage_bytes}}},
          {"createdAt", format_time(team.created_at)}};
}

json::object token_dto(const ApiToken& token) {
  json::object object{{"id", token.id},
                      {"name", token.name},
                      {"scope", to_string(token.scope)},
                      {"createdAt", format_time(token.created_at)}};
  put(object, "expiresAt", token.expires_at);
  put(object, "lastUsedAt", token.last_used_at);
  return object;
}

json::object audit_dto(const AuditEntry& entry) {
  return {{"id", entry.id},           {"at", format_time(entry.at)},  {"actor", entry.actor},
          {"via", entry.via},         {"action", entry.action},       {"subject", entry.subject},
          {"team", entry.team},       {"succeeded", entry.succeeded}, {"requestId", entry.request_id},
          {"address", entry.address}, {"details", entry.details}};
}

json::object check_report_dto(const CheckReport& report) {
  json::array steps;
  for (const auto& step : report.steps) {
    json::object object{{"name", step.name},
                        {"outcome", to_string(step.outcome)},
                        {"seconds", std::chrono::duration<double>(step.duration).count()}};
    put(object, "message", step.message.str());
    steps.push_back(std::move(object));
  }
  return {{"passed", report.passed()}, {"steps", std::move(steps)}, {"leaves", strings(report.leaves)}};
}

std::string etag_of(const Store& store) {
  return fmt::format("\"{}.{}\"", store.uid, store.generation);
}

}  // namespace storefleet::api
