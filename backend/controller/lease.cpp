#include "controller/lease.hpp"

namespace storefleet::controller {

LeaseRecord parse_lease(const json::value& lease) {
  LeaseRecord record;
  record.holder = string_or(lease, {"spec", "holderIdentity"});
  record.duration = std::chrono::seconds(int_or(lease, {"spec", "leaseDurationSeconds"}, 0));
  record.transitions = int_or(lease, {"spec", "leaseTransitions"}, 0);
  record.acquired_at = string_or(lease, {"spec", "acquireTime"});
  record.renewed_at = string_or(lease, {"spec", "renewTime"});
  return record;
}

json::value format_lease(const LeaseRecord& record, const k8s::ObjectName& name,
                         const std::string& resource_version) {
  json::object metadata{{"name", name.name}, {"namespace", name.ns}};
  if (!resource_version.empty()) metadata["resourceVersion"] = resource_version;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(record.duration).count();
  json::object spec{{"holderIdentity", record.holder},
                    {"leaseDurationSeconds", seconds},
                    {"leaseTransitions", record.transitions},
                    {"acquireTime", record.acquired_at},
                    {"renewTime", record.renewed_at}};
  return json::object{{"apiVersion", k8s::kLease.api_version()},
                      {"kind", k8s::kLease.kind},
                      {"metadata", std::move(metadata)},
                      {"spec", std::move(spec)}};
}

void LeaseObservation::update(const json::value& lease, SteadyTime now) {
  auto seen = parse_lease(lease);
  resource_version = k8s::meta_resource_version(lease);
  if (record == seen) return;
  record = std::move(seen);
  changed_at = now;
}

LeaseAction decide_lease(const LeaseObservation& observation, const std::string& identity, SteadyTime now) {
  if (!observation.record) return LeaseAction::kCreate;
  const auto& record = *observation.record;
  if (record.holder == identity) return LeaseAction::kRenew;
  if (record.holder.empty()) return LeaseAction::kTakeOver;
  return now >= observation.changed_at + record.duration ? LeaseAction::kTakeOver : LeaseAction::kWait;
}

LeaseRecord next_record(const LeaseObservation& observation, LeaseAction action, Standing standing,
                        const std::string& identity, std::chrono::milliseconds duration, TimePoint now) {
  using namespace std::chrono;
  auto record = observation.record.value_or(LeaseRecord{});
  const auto time = format_micro_time(now);
  if (action == LeaseAction::kCreate) {
    record.transitions = duration_cast<seconds>(now - sys_days{year{2020} / January / 1}).count();
    record.acquired_at = time;
  } else if (action == LeaseAction::kTakeOver || standing == Standing::kCandidate) {
    ++record.transitions;
    record.acquired_at = time;
  }
  record.holder = identity;
  record.duration = duration;
  record.renewed_at = time;
  return record;
}

std::string format_micro_time(TimePoint time) {
  auto text = format_time(time);  // ends with ".123Z"
  text.insert(text.size() - 1, "000");
  return text;
}

}  // namespace storefleet::controller
