#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "controller/work_queue.hpp"
#include "k8s/client.hpp"

namespace storefleet::controller {

struct LeaderElectionOptions {
  k8s::ObjectName lease;
  std::string identity;  // unique a process: host name plus something random
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds renew_deadline{10'000};  // less than lease_duration
  std::chrono::milliseconds retry_period{2'000};     // less than renew_deadline
};

/// What a Lease object says (coordination.k8s.io/v1).
struct LeaseRecord {
  std::string holder = {};
  std::chrono::milliseconds duration{0};
  std::int64_t transitions = 0;
  std::string renewed_at = {};  // as written; only compared for change
  std::string resource_version = {};
  bool operator==(const LeaseRecord&) const = default;
};
LeaseRecord parse_lease(const json::value& lease);

/// What a candidate knows: the record, and when it saw it change last on its own clock. Clocks of different
/// machines are never compared (client-go does the same).
struct LeaseObservation {
  std::optional<LeaseRecord> record;
  SteadyTime changed_at;

  /// Takes a newly read record; only a change moves `changed_at`.
  void update(LeaseRecord seen, SteadyTime now);
};

enum class LeaseAction { kCreate, kTakeOver, kRenew, kWait };

/// Pure: what `identity` should do, given what it observed.
LeaseAction decide_lease(const LeaseObservation& observation, const std::string& identity, SteadyTime now);

/// Elects one leader among processes with a Lease, with the semantics of client-go's leaderelection.
///
///     co_await election.acquire();          // waits until leader
///     …start controllers…
///     co_await election.hold_until_lost();  // renews; ends when leadership cannot be proved any more
///     …stop controllers…
///     co_await election.release();          // clean stop only: the next leader need not wait
///
/// Between the loss and its notice at most renew_deadline passes, before lease_duration would let another
/// take over; writes outside the API server check `epoch()`. One thread (the executor's).
class LeaderElection {
 public:
  LeaderElection(k8s::Client& client, LeaderElectionOptions options);

  /// Ends when this process leads; Cancelled when its task is cancelled, Forbidden when the API server
  /// refuses the lease. Everything else is waited out.
  Task<Result<void>> acquire();

  /// Renews every retry_period. Ends when another holds the lease, when no renewal succeeded for
  /// renew_deadline, or when its task is cancelled (then this process still leads: release()).
  Task<void> hold_until_lost();

  /// Gives the lease up if it is ours. Await it from a task that is not cancelled.
  Task<void> release();

  [[nodiscard]] bool leading() const { return leading_; }
  /// leaseTransitions of our leadership: grows with every acquisition by anyone, also a repeated one.
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }

 private:
  enum class Attempt { kLeading, kNotLeading };
  Task<Result<Attempt>> try_once(std::chrono::milliseconds deadline);
  Task<Result<void>> write(LeaseAction action, std::chrono::milliseconds deadline);
  [[nodiscard]] json::value lease_object(const LeaseRecord& record, LeaseAction action) const;

  k8s::Client& client_;
  LeaderElectionOptions options_;
  LeaseObservation observation_;
  std::string acquired_at_;
  SteadyTime renewed_;
  std::int64_t epoch_ = 0;
  bool leading_ = false;
};

}  // namespace storefleet::controller
