#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/auth.hpp"
#include "base/task.hpp"
#include "domain/accounts.hpp"
#include "domain/ports/logins.hpp"

namespace storefleet::api {

class AccessWatch;

/// What one open answer (an event stream, a followed log) may still show: its caller as they are now, and
/// whether their access has ended. One thread; the watch must outlive it.
class AccessLease {
 public:
  AccessLease(AccessWatch& watch, Principal caller);
  AccessLease(const AccessLease&) = delete;
  AccessLease& operator=(const AccessLease&) = delete;
  ~AccessLease();

  [[nodiscard]] const Principal& caller() const { return caller_; }
  /// Why it has ended, for people; empty while it lasts.
  [[nodiscard]] std::string_view ended() const { return ended_; }
  /// Is called when the caller's rights have changed, or ended; nullptr: nobody is.
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

 private:
  friend class AccessWatch;
  void end(std::string why);
  void change(Principal caller);

  AccessWatch& watch_;
  Principal caller_;
  std::string ended_;
  std::function<void()> listener_;
  std::chrono::steady_clock::time_point check_at_;
};

struct AccessWatchOptions {
  std::chrono::milliseconds look{1'000};         // how often changes are asked for
  std::chrono::milliseconds first_check{3'000};  // of each lease: its caller may have been known from before
  std::chrono::milliseconds check{60'000};       // of each lease, whatever was heard
  std::chrono::milliseconds trust{4'000};        // without an answer of the database
};

/// Ends what is open when the right to it ends: within two seconds of a log-out, a revoked or expired token,
/// a disabled or deleted user, or a membership that was taken away, on whatever replica that happened. Each
/// look is one small query, however many leases there are; only callers whose access has changed are looked
/// up. While the database does not answer nobody can be told what was revoked: after `trust` all leases end.
///
/// One thread. Must outlive its leases (stop the server first).
class AccessWatch {
 public:
  explicit AccessWatch(Logins& logins, AccessWatchOptions options = {})
      : logins_(logins), options_(options) {}
  AccessWatch(const AccessWatch&) = delete;
  AccessWatch& operator=(const AccessWatch&) = delete;

  /// Nothing for the bootstrap admin, whose access ends with the process.
  std::shared_ptr<AccessLease> lease(const Principal& caller);

  /// Looks until cancelled. Spawn it once.
  Task<void> run();
  /// One look, as run() takes them.
  Task<void> look();

  [[nodiscard]] std::size_t leases() const { return leases_.size(); }

 private:
  friend class AccessLease;
  using Clock = std::chrono::steady_clock;

  Task<bool> learn_changes();
  Task<void> check_due();
  void end_if(const std::function<bool(const AccessLease&)>& applies, const std::string& why);

  Logins& logins_;
  const AccessWatchOptions options_;
  std::unordered_set<AccessLease*> leases_;
  std::set<std::int64_t> heard_;  // ids of changes that the last answer had
  Clock::time_point answered_at_ = Clock::now();
};

}  // namespace storefleet::api
