#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "controller/lease.hpp"
#include "k8s/client.hpp"

namespace storefleet::controller {

struct LeaderElectionOptions {
  k8s::ObjectName lease;
  std::string identity;                              // unique a process: host name plus something random
  std::chrono::milliseconds lease_duration{15'000};  // the Lease stores whole seconds
  std::chrono::milliseconds renew_deadline{10'000};  // less than lease_duration
  std::chrono::milliseconds retry_period{2'000};     // less than renew_deadline
};

/// Elects one leader among processes with a Lease, with the semantics of client-go's leaderelection.
///
///     co_await election.acquire();          // waits until leader
///     …start controllers…
///     co_await election.hold_until_lost();  // renews; ends when leadership cannot be proved any more
///     …stop controllers…
///     co_await election.release();          // clean stop only: the next leader need not wait
///
/// A leader that cannot renew notices after renew_deadline, before lease_duration lets another take over;
/// writes outside the API server check `epoch()`. One thread (the executor's).
class LeaderElection {
 public:
  LeaderElection(k8s::Client& client, LeaderElectionOptions options);

  /// Ends when this process leads, or with Cancelled. An API server that refuses or does not answer is
  /// waited out (and logged when the error changes).
  Task<Result<void>> acquire();

  /// Renews every retry_period. Ends when another holds the lease, when no renewal succeeded for
  /// renew_deadline, or when its task is cancelled (then this process still leads: release()).
  Task<void> hold_until_lost();

  /// Ends hold_until_lost() within a retry_period, as if the lease had been lost: this process must not lead
  /// on.
  void give_up() { given_up_ = true; }

  /// Gives the lease up if it is ours. Await it from a task that is not cancelled.
  Task<void> release();

  [[nodiscard]] bool leading() const { return leading_; }
  /// leaseTransitions of our leadership: every acquisition, by whomever, has a higher one.
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }

 private:
  /// Reads the lease and writes it if that is right; true if this process leads afterwards.
  Task<Result<bool>> try_once(std::chrono::milliseconds deadline);
  Task<Result<json::value>> write(LeaseRecord record, std::chrono::milliseconds deadline);
  void report(const Error& error);

  k8s::Client& client_;
  LeaderElectionOptions options_;
  LeaseObservation observation_;
  SteadyTime renewed_;
  std::int64_t epoch_ = 0;
  bool leading_ = false;
  bool given_up_ = false;
  std::string reported_;
};

}  // namespace storefleet::controller
