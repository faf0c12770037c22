#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"
#include "controller/work_queue.hpp"
#include "k8s/resource.hpp"

namespace storefleet::controller {

// The rules of leader election with a Lease, without any I/O.

/// What a Lease object says (coordination.k8s.io/v1).
struct LeaseRecord {
  std::string holder = {};  // empty: released
  std::chrono::milliseconds duration{0};
  std::int64_t transitions = 0;
  std::string acquired_at = {};
  std::string renewed_at = {};  // as written: only compared for change
  bool operator==(const LeaseRecord&) const = default;
};

LeaseRecord parse_lease(const json::value& lease);
json::value format_lease(const LeaseRecord& record, const k8s::ObjectName& name,
                         const std::string& resource_version);

/// What a candidate knows: the record, and when it saw it change last on its own clock. Clocks of different
/// machines are never compared (client-go does the same).
struct LeaseObservation {
  std::optional<LeaseRecord> record = {};
  std::string resource_version = {};
  SteadyTime changed_at = {};

  /// Takes a lease as read; only a change of the record moves `changed_at`.
  void update(const json::value& lease, SteadyTime now);
  void forget() { *this = {}; }
};

enum class LeaseAction { kCreate, kTakeOver, kRenew, kWait };

/// What `identity` should do, given what it observed.
LeaseAction decide_lease(const LeaseObservation& observation, const std::string& identity, SteadyTime now);

enum class Standing { kLeader, kCandidate };

/// The record to write for an action that is not kWait. Every acquisition counts as a transition, also by
/// the holder itself when it does not lead (it restarted or gave up meanwhile), so that the count tells
/// apart any two times of leadership. A new lease does not start at 0 but at the seconds since 2020: should
/// someone delete the lease, the count still never goes back.
LeaseRecord next_record(const LeaseObservation& observation, LeaseAction action, Standing standing,
                        const std::string& identity, std::chrono::milliseconds duration, TimePoint now);

/// Kubernetes' MicroTime, which wants exactly six digits of fraction.
std::string format_micro_time(TimePoint time);

}  // namespace storefleet::controller
