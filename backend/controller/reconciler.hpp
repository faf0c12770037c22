#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/result.hpp"
#include "base/task.hpp"
#include "controller/work_queue.hpp"

namespace storefleet::controller {

/// What one reconciliation came to. Waiting is not an error.
struct Done {};
struct RequeueAfter {
  std::chrono::milliseconds when{0};
  std::string why;  // for logs
};
struct Retry {
  Error error;
};
using Outcome = std::variant<Done, RequeueAfter, Retry>;

/// Takes keys from a queue and reconciles them, at most N at a time, each in a coroutine of the executor's
/// one thread. What the outcome asks for is done on the queue; an error is logged here, once, and again only
/// when it changes. Start and stop are explicit; await stop() before destruction. A stopped loop stays
/// stopped: the next term of leadership makes a new one.
class ControllerLoop {
 public:
  /// Must not throw. Keys are whatever the queue is fed with.
  using Reconcile = std::function<Task<Outcome>(std::string key)>;
  /// Told of every reconciliation, for histograms. Optional.
  using Observer = std::function<void(const Outcome& outcome, std::chrono::nanoseconds duration)>;

  ControllerLoop(const asio::any_io_executor& executor, std::string name, Reconcile reconcile,
                 std::size_t workers = 4, Backoff backoff = WorkQueue::default_backoff());
  ControllerLoop(const ControllerLoop&) = delete;
  ControllerLoop& operator=(const ControllerLoop&) = delete;

  void observe(Observer observer) { observer_ = std::move(observer); }

  WorkQueue& queue() { return queue_; }
  void start();
  /// Cancels what runs and ends when no worker runs any more.
  Task<void> stop();

 private:
  Task<void> dispatch();
  Task<void> process(std::string key);
  void settle(const std::string& key, const Outcome& outcome);
  void log_once(const std::string& key, const Error& error);

  std::string name_;
  Reconcile reconcile_;
  std::size_t workers_;
  Observer observer_;
  WorkQueue queue_;
  std::unordered_map<std::string, std::string> logged_;  // key → the error that was logged last
  asio::steady_timer ended_;                             // cancelled whenever a reconciliation ends
  TaskScope scope_;
};

}  // namespace storefleet::controller
