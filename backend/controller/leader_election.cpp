#include "controller/leader_election.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/log.hpp"

namespace storefleet::controller {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds kLeastPause{20};
/// What leaves with less than this left would rather be cut off than done.
constexpr milliseconds kShortestWrite{500};
/// A leader that was stopped for longer than its lease gets this long to prove that nobody has led meanwhile.
constexpr milliseconds kLastTry{3'000};

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

LeaderElection::LeaderElection(k8s::Client& client, LeaderElectionOptions options)
    : client_(client), options_(std::move(options)) {}

Result<milliseconds> LeaderElection::permit() const {
  if (!leading_ || !writing_)
    return fail(ErrorCode::kUnavailable, "this process does not lead any more", Reason::kStaleLeader);
  const auto left = duration_cast<milliseconds>(renewed_ + options_.renew_deadline - options_.clock());
  const auto shortest = std::min(kShortestWrite, options_.renew_deadline / 4);
  if (left < shortest)
    return fail(ErrorCode::kUnavailable, "the lease of this leader has not been renewed in time",
                Reason::kStaleLeader);
  return std::min(left, longest());
}

milliseconds LeaderElection::longest() const {
  return options_.lease_duration - options_.renew_deadline;
}

void LeaderElection::note_renewal(Time sent) {
  renewed_ = sent;
  if (told_) told_(may_write_until());
}

Task<Result<void>> LeaderElection::acquire() {
  const auto executor = co_await asio::this_coro::executor;
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  leading_ = false;
  writing_ = true;
  next_try_.emplace(executor);
  Result<void> outcome;
  TaskScope scope(executor);
  scope.spawn("watch the lease", watch_lease());
  co_await try_until_taken(outcome);
  scope.cancel();
  co_await scope.join();
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return outcome;
}

Task<void> LeaderElection::try_until_taken(Result<void>& outcome) {
  while (true) {
    freed_ = false;
    const auto attempt = co_await try_to_take(options_.renew_deadline);
    if (attempt && *attempt) break;
    const bool cancelled = !attempt && attempt.error().code == ErrorCode::kCancelled;
    if (cancelled) {
      outcome = std::unexpected(attempt.error());
      co_return;
    }
    if (!attempt) report(attempt.error());
    if (freed_) continue;  // since it was looked at
    next_try_->expires_after(milliseconds(static_cast<std::int64_t>(
        static_cast<double>(options_.retry_period.count()) * (1.0 + 0.2 * random_fraction()))));
    co_await next_try_->async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      outcome = fail(ErrorCode::kCancelled, "waiting for leadership was cancelled");
      co_return;
    }
  }
  reported_.clear();
  log_info("leading", {{"lease", k8s::to_string(options_.lease)},
                       {"identity", options_.identity},
                       {"epoch", std::to_string(epoch_)}});
}

Task<void> LeaderElection::watch_lease() {
  const auto on_event = [this](const k8s::WatchEvent& event) {
    if (event.type == k8s::WatchEventType::kBookmark) return;
    const bool gone = event.type == k8s::WatchEventType::kDeleted;
    if (!gone && !parse_lease(event.object).holder.empty()) return;
    freed_ = true;
    next_try_->cancel();
  };
  bool go_on = true;
  while (go_on) {
    k8s::WatchOptions options{.field_selector = "metadata.name=" + options_.lease.name, .bookmarks = false};
    // Where it breaks, trying every retry_period goes on.
    co_await client_.watch(k8s::kLease, options_.lease.ns, std::move(options), on_event);
    go_on = co_await sleep_for(options_.retry_period);
  }
}

Task<void> LeaderElection::hold_until_lost() {
  milliseconds pause = options_.retry_period;
  while (leading_) {
    const bool waited = co_await sleep_for(pause);
    if (!waited) co_return;
    if (given_up_) leading_ = false;
    if (!leading_) break;
    const auto started = options_.clock();
    const auto left = duration_cast<milliseconds>(renewed_ + options_.renew_deadline - started);
    const auto attempt = co_await renew(left > milliseconds{0} ? left : kLastTry);
    if (!attempt && attempt.error().code == ErrorCode::kCancelled) co_return;
    if (!attempt) report(attempt.error());
    const auto now = options_.clock();
    const bool another_leads = attempt && !*attempt;
    const bool too_late = !attempt && now >= renewed_ + options_.renew_deadline;
    if (another_leads || too_late) leading_ = false;
    pause = std::max(kLeastPause, options_.retry_period - duration_cast<milliseconds>(now - started));
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
  auto written = co_await write(record, options_.renew_deadline);
  if (!written && written.error().code == ErrorCode::kConflict) {
    // A renewal that was cancelled half-way may have been taken.
    const auto looked = co_await look(options_.renew_deadline);
    if (!looked || !is_ours()) co_return;
    written = co_await write(std::move(record), options_.renew_deadline);
  }
  if (!written) report(written.error());
}

bool LeaderElection::is_ours() const {
  return observation_.record && observation_.record->holder == options_.identity &&
         observation_.record->transitions == epoch_;
}

Task<Result<void>> LeaderElection::look(milliseconds deadline) {
  const auto read = co_await client_.get(k8s::kLease, options_.lease, deadline);
  if (read) {
    observation_.update(*read, steady_now());
  } else if (read.error().code == ErrorCode::kNotFound) {
    observation_.forget();
  } else {
    co_return std::unexpected(read.error());
  }
  co_return Result<void>{};
}

Task<Result<bool>> LeaderElection::try_to_take(milliseconds deadline) {
  const auto started = options_.clock();
  const auto looked = co_await look(deadline);
  if (!looked) co_return std::unexpected(looked.error());
  const auto action = decide_lease(observation_, options_.identity, steady_now());
  if (action == LeaseAction::kWait) co_return false;
  auto record = next_record(observation_, action, Standing::kCandidate, options_.identity,
                            options_.lease_duration, std::chrono::system_clock::now());
  const auto epoch = record.transitions;
  const auto sent = options_.clock();
  const auto left = deadline - duration_cast<milliseconds>(sent - started);
  const auto written = co_await write(std::move(record), std::max(left, milliseconds(1)));
  if (!written) {
    const auto code = written.error().code;
    // Another was faster.
    if (code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists) co_return false;
    co_return std::unexpected(written.error());
  }
  observation_.update(*written, steady_now());
  leading_ = true;
  epoch_ = epoch;
  note_renewal(sent);
  co_return true;
}

Task<Result<bool>> LeaderElection::renew(milliseconds deadline) {
  const auto started = options_.clock();
  auto renewed = co_await write_renewal(deadline);
  if (renewed && *renewed) co_return renewed;
  const bool touched = !renewed && (renewed.error().code == ErrorCode::kConflict ||
                                    renewed.error().code == ErrorCode::kNotFound);
  if (!touched) co_return renewed;
  // Somebody wrote the lease: another leader, a person, or this process, which never heard that it had.
  const auto until = started + deadline;
  const auto to_look = std::max(duration_cast<milliseconds>(until - options_.clock()), milliseconds(1));
  const auto looked = co_await look(to_look);
  if (!looked) co_return std::unexpected(looked.error());
  if (!is_ours()) co_return false;
  const auto to_write = std::max(duration_cast<milliseconds>(until - options_.clock()), milliseconds(1));
  co_return co_await write_renewal(to_write);
}

Task<Result<bool>> LeaderElection::write_renewal(milliseconds deadline) {
  auto record = next_record(observation_, LeaseAction::kRenew, Standing::kLeader, options_.identity,
                            options_.lease_duration, std::chrono::system_clock::now());
  const auto sent = options_.clock();
  const auto written = co_await write(std::move(record), deadline);
  if (!written) co_return std::unexpected(written.error());
  observation_.update(*written, steady_now());
  note_renewal(sent);
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
