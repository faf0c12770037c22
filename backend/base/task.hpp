#pragma once
#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/result.hpp"

namespace storefleet::inline base {

namespace asio = boost::asio;

/// A coroutine that runs on an Asio executor. Parameters go by value; `co_await` stands alone on the right
/// side with named operands (docs: style). Coroutines are functions, never capturing lambdas.
template <class T>
using Task = asio::awaitable<T>;

/// Waits; ends early with false when the surrounding task is cancelled, else true.
Task<bool> sleep_for(std::chrono::milliseconds duration);

/// Owns background tasks. Everything spawned must have ended before the scope is destroyed: call
/// `cancel()` and `co_await join()` first. Make it the last member of its owner. All calls come from the
/// executor's one thread.
class TaskScope {
 public:
  explicit TaskScope(asio::any_io_executor executor);
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope();

  /// Starts a task. An exception that leaves it ends the program with a log line: errors are values here,
  /// so it is a bug. `name` appears in that line.
  void spawn(std::string name, Task<void> task);

  /// Asks every running task to stop (terminal cancellation of what it awaits); returns at once.
  void cancel();

  /// Ends when no task runs any more. Cancelling the task that awaits it cancels them.
  Task<void> join();

  [[nodiscard]] std::size_t running() const { return signals_.size(); }

 private:
  asio::any_io_executor executor_;
  std::list<asio::cancellation_signal> signals_;
  asio::steady_timer idle_;  // cancelled whenever a task ends
};

/// Runs a blocking function on `pool` and resumes on the caller's executor with its result. What the
/// function throws is rethrown here; a function that returns Result<T> must not throw.
template <class Function>
auto run_blocking(asio::thread_pool& pool, Function function) -> Task<std::invoke_result_t<Function>>;

}  // namespace storefleet::inline base

#include "base/task_impl.hpp"
