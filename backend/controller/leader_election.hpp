#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/boot_clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "controller/lease.hpp"
#include "k8s/client.hpp"

namespace storefleet::controller {

/// A request of a leader leaves before renew_deadline, counted from when the renewal before it was sent, and
/// the API server gives it up after lease_duration - renew_deadline: then the lease still holds.
struct LeaderElectionOptions {
  k8s::ObjectName lease;
  std::string identity;                              // unique a process: host name plus something random
  std::chrono::milliseconds lease_duration{15'000};  // the Lease stores whole seconds
  std::chrono::milliseconds renew_deadline{10'000};  // less than lease_duration
  std::chrono::milliseconds retry_period{2'000};     // less than renew_deadline
  /// The time that leases are measured by: one that goes on while the process or its machine does not.
  std::function<BootClock::time_point()> clock = BootClock::now;
};

/// Elects one leader among processes with a Lease, with the semantics of client-go's leaderelection.
///
///     co_await election.acquire();          // waits until leader
///     …start controllers…
///     co_await election.hold_until_lost();  // renews; ends when leadership cannot be proved any more
///     …stop controllers…
///     co_await election.release();          // clean stop only: the next leader need not wait
///
/// A leader that cannot renew notices after renew_deadline, before lease_duration lets another take over. As
/// the fence of another client it lets no write out then, whether or not it has noticed; writes outside the
/// API server check `epoch()`. Its own client must be nobody else's and without a fence: renewals wait for
/// nothing. One thread (the executor's).
class LeaderElection : public k8s::WriteFence {
 public:
  LeaderElection(k8s::Client& client, LeaderElectionOptions options);

  /// Told when a lease was taken or renewed: until when this process may write. Set it before acquire().
  void on_renewal(std::function<void(BootClock::time_point until)> told) { told_ = std::move(told); }

  /// Ends when this process leads, or with Cancelled. Watches the lease, so that one that is released is
  /// taken at once. An API server that refuses or does not answer is waited out (and logged when the error
  /// changes).
  Task<Result<void>> acquire();

  /// Renews every retry_period. Ends when another holds the lease, when no renewal succeeded for
  /// renew_deadline, or when its task is cancelled (then this process still leads: release()). After a pause
  /// of the process it goes on where nobody has led meanwhile, which the lease's version proves.
  Task<void> hold_until_lost();

  /// Ends hold_until_lost() within a retry_period, as if the lease had been lost: this process must not lead
  /// on.
  void give_up() { given_up_ = true; }

  /// From now on the fence lets nothing out: what is under way may end, then release().
  void stop_writing() { writing_ = false; }

  /// Gives the lease up if it is ours. Await it from a task that is not cancelled.
  Task<void> release();

  [[nodiscard]] bool leading() const { return leading_; }
  /// leaseTransitions of our leadership: every acquisition, by whomever, has a higher one.
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }
  /// While leading: when the fence shuts unless the lease is renewed before.
  [[nodiscard]] BootClock::time_point may_write_until() const { return renewed_ + options_.renew_deadline; }

  [[nodiscard]] Result<std::chrono::milliseconds> permit() const override;
  [[nodiscard]] std::chrono::milliseconds longest() const override;

 private:
  using Time = BootClock::time_point;

  /// Reads the lease and takes it if that is right; true if this process leads afterwards.
  Task<Result<bool>> try_to_take(std::chrono::milliseconds deadline);
  /// Writes the lease again, and looks at it where somebody else has written it; false if it is another's.
  Task<Result<bool>> renew(std::chrono::milliseconds deadline);
  Task<Result<bool>> write_renewal(std::chrono::milliseconds deadline);
  Task<Result<void>> look(std::chrono::milliseconds deadline);
  Task<void> try_until_taken(Result<void>& outcome);
  /// Ends the wait of try_until_taken() when the lease becomes free.
  Task<void> watch_lease();
  Task<Result<json::value>> write(LeaseRecord record, std::chrono::milliseconds deadline);
  void note_renewal(Time sent);
  /// Whether the lease, as last read, is this leadership's.
  [[nodiscard]] bool is_ours() const;
  void report(const Error& error);

  k8s::Client& client_;
  LeaderElectionOptions options_;
  LeaseObservation observation_;
  std::function<void(Time until)> told_;
  Time renewed_;  // when the last renewal that succeeded was sent
  std::int64_t epoch_ = 0;
  bool leading_ = false;
  bool given_up_ = false;
  bool writing_ = true;
  bool freed_ = false;                          // seen by the watch since the last try
  std::optional<asio::steady_timer> next_try_;  // while acquire() runs
  std::string reported_;
};

}  // namespace storefleet::controller
