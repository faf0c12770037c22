#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "base/task.hpp"
#include "controller/backoff.hpp"

namespace storefleet::controller {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The logic of a keyed work queue with the semantics of client-go's: a key waits at most once, is never
/// handed out twice at the same time, and one that is added while it is processed comes again afterwards.
/// Pure: time and randomness are parameters.
/// https://pkg.go.dev/k8s.io/client-go/util/workqueue
class WorkQueueLogic {
 public:
  explicit WorkQueueLogic(Backoff backoff) : backoff_(backoff) {}

  void add(const std::string& key, SteadyTime now);
  /// Becomes due at `when`; of several times for one key the earliest counts. An add() before that does not
  /// take it back.
  void add_at(const std::string& key, SteadyTime when, SteadyTime now);
  /// Adds after the key's backoff, which grows with every retry until forget(). Returns the delay.
  std::chrono::milliseconds retry(const std::string& key, SteadyTime now, double random);
  void forget(const std::string& key) { failures_.erase(key); }

  /// Hands out the next key, if any is due.
  std::optional<std::string> take(SteadyTime now);
  /// Ends the processing of a key that take() handed out.
  void done(const std::string& key, SteadyTime now);

  /// When the earliest delayed key becomes due.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;
  [[nodiscard]] std::size_t depth() const { return ready_.size(); }  // ready, not handed out
  [[nodiscard]] std::size_t delayed() const { return due_by_key_.size(); }
  [[nodiscard]] std::size_t processing() const { return processing_.size(); }
  [[nodiscard]] std::uint64_t adds() const { return adds_; }
  [[nodiscard]] std::uint64_t retries() const { return retries_; }
  [[nodiscard]] std::uint32_t failures(const std::string& key) const;
  /// How long the key at the front has been ready.
  [[nodiscard]] std::chrono::milliseconds oldest(SteadyTime now) const;

 private:
  void promote_due(SteadyTime now);

  struct Ready {
    std::string key;
    SteadyTime since;
  };

  Backoff backoff_;
  std::deque<Ready> ready_;
  std::unordered_set<std::string> dirty_;  // wants processing: in ready_, or again when done
  std::unordered_set<std::string> processing_;
  std::unordered_map<std::string, SteadyTime> due_by_key_;
  std::set<std::pair<SteadyTime, std::string>> delayed_;
  std::unordered_map<std::string, std::uint32_t> failures_;
  std::uint64_t adds_ = 0;
  std::uint64_t retries_ = 0;
};

/// WorkQueueLogic on the steady clock, with a coroutine that waits for work. One thread (the executor's).
class WorkQueue {
 public:
  using Key = std::string;

  explicit WorkQueue(const asio::any_io_executor& executor, Backoff backoff = default_backoff());

  /// 50 ms, doubled up to 60 s.
  static Backoff default_backoff();

  void add(const Key& key);
  void add_after(const Key& key, std::chrono::milliseconds delay);
  std::chrono::milliseconds retry(const Key& key);
  void forget(const Key& key) { logic_.forget(key); }

  /// Waits for a key; nothing after shut_down() or when the task is cancelled. Call done() with it.
  Task<std::optional<Key>> next();
  void done(const Key& key);

  /// Wakes everybody who waits; keys that are still queued stay there.
  void shut_down();

  [[nodiscard]] const WorkQueueLogic& logic() const { return logic_; }
  [[nodiscard]] std::chrono::milliseconds oldest() const;

 private:
  WorkQueueLogic logic_;
  asio::steady_timer wake_;  // moved to now, or to the next due time, when that changes
  bool shut_down_ = false;
};

}  // namespace storefleet::controller
