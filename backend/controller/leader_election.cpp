#include "controller/leader_election.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

LeaderElection::LeaderElection(k8s::Client& client, LeaderElectionOptions options)
    : client_(client), options_(std::move(options)) {}

Task<Result<void>> LeaderElection::acquire() {
  leading_ = false;
  while (true) {
    const auto attempt = co_await try_once(options_.renew_deadline);
    if (attempt && *attempt) break;
    if (!attempt) {
      if (attempt.error().code == ErrorCode::kCancelled) co_return std::unexpected(attempt.error());
      report(attempt.error());
    }
    const auto spread = milliseconds(static_cast<std::int64_t>(
        static_cast<double>(options_.retry_period.count()) * (1.0 + 0.2 * random_fraction())));
    const bool waited = co_await sleep_for(spread);
    if (!waited) co_return fail(ErrorCode::kCancelled, "waiting for leadership was cancelled");
  }
  reported_.clear();
  log_info("leading", {{"lease", k8s::to_string(options_.lease)},
                       {"identity", options_.identity},
                       {"epoch", std::to_string(epoch_)}});
  co_return Result<void>{};
}

Task<void> LeaderElection::hold_until_lost() {
  while (leading_) {
    const bool waited = co_await sleep_for(options_.retry_period);
    if (!waited) co_return;
    if (given_up_) leading_ = false;
    if (!leading_) break;
    const auto left =
        std::chrono::duration_cast<milliseconds>(renewed_ + options_.renew_deadline - steady_now());
    const auto attempt = co_await try_once(std::max(left, milliseconds(1)));
    if (!attempt && attempt.error().code == ErrorCode::kCancelled) co_return;
    if (!attempt) report(attempt.error());
    const bool another_leads = attempt && !*attempt;
    const bool too_late = !attempt && steady_now() >= renewed_ + options_.renew_deadline;
    if (another_leads || too_late) leading_ = false;
  }
  log_warning("leadership lost",
              {{"lease", k8s::to_string(options_.lease)}, {"identity", options_.identity}});
}

Task<void> LeaderElection::release() {
  if (!leading_) co_return;
  leading_ = false;
  auto record = *observation_.record;
  record.holder.clear();
  record.duration = std::chrono::seconds(1);
  record.renewed_at = format_micro_time(std::chrono::system_clock::now());
  const auto written = co_await write(std::move(record), options_.renew_deadline);
  if (!written) report(written.error());
}

Task<Result<bool>> LeaderElection::try_once(milliseconds deadline) {
  const auto started = steady_now();
  const auto read = co_await client_.get(k8s::kLease, options_.lease, deadline);
  if (read) {
    observation_.update(*read, steady_now());
  } else if (read.error().code == ErrorCode::kNotFound) {
    observation_.forget();
  } else {
    co_return std::unexpected(read.error());
  }
  const auto action = decide_lease(observation_, options_.identity, steady_now());
  if (action == LeaseAction::kWait) co_return false;
  const auto standing = leading_ ? Standing::kLeader : Standing::kCandidate;
  auto record = next_record(observation_, action, standing, options_.identity, options_.lease_duration,
                            std::chrono::system_clock::now());
  // A leader that finds the lease gone, released or taken over has lost it: another term, another epoch.
  if (leading_ && action != LeaseAction::kRenew) co_return false;
  const auto epoch = record.transitions;
  const auto left = deadline - std::chrono::duration_cast<milliseconds>(steady_now() - started);
  const auto written = co_await write(std::move(record), std::max(left, milliseconds(1)));
  if (!written) {
    const auto code = written.error().code;
    const bool raced = code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists;
    // As a candidate: another was faster. As the leader: somebody touched the lease; look again soon.
    if (raced && !leading_) co_return false;
    co_return std::unexpected(written.error());
  }
  observation_.update(*written, steady_now());
  leading_ = true;
  epoch_ = epoch;
  renewed_ = started;
  co_return true;
}

Task<Result<json::value>> LeaderElection::write(LeaseRecord record, milliseconds deadline) {
  auto object = format_lease(record, options_.lease, observation_.resource_version);
  if (observation_.record) {
    auto replaced = co_await client_.replace(k8s::kLease, options_.lease, std::move(object), "", deadline);
    co_return replaced;
  }
  auto created = co_await client_.create(k8s::kLease, options_.lease.ns, std::move(object), deadline);
  co_return created;
}

void LeaderElection::report(const Error& error) {
  if (reported_ == error.message) return;
  reported_ = error.message;
  log_warning("cannot read or write the lease",
              {{"lease", k8s::to_string(options_.lease)}, {"error", error.message}});
}

}  // namespace storefleet::controller
