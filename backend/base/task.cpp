#include "base/task.hpp"

#include <cstdlib>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "base/log.hpp"

namespace storefleet::inline base {

Task<bool> sleep_for(std::chrono::milliseconds duration) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, duration);
  const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return !error;
}

TaskScope::TaskScope(asio::any_io_executor executor)
    : executor_(std::move(executor)), idle_(executor_, asio::steady_timer::time_point::max()) {}

TaskScope::~TaskScope() {
  if (!signals_.empty())
    log_error("tasks still run while their scope ends", {{"count", std::to_string(signals_.size())}});
}

void TaskScope::spawn(std::string name, Task<void> task) {
  const auto signal = signals_.emplace(signals_.end());
  auto done = [this, signal, name = std::move(name)](const std::exception_ptr& error) {
    if (error) {
      try {
        std::rethrow_exception(error);
      } catch (const boost::system::system_error& cause) {
        if (cause.code() != asio::error::operation_aborted) {
          log_error("a task ended with an exception", {{"task", name}, {"error", cause.what()}});
          std::abort();
        }
      } catch (const std::exception& cause) {
        log_error("a task ended with an exception", {{"task", name}, {"error", cause.what()}});
        std::abort();
      }
    }
    signals_.erase(signal);
    idle_.cancel();
  };
  asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(signal->slot(), std::move(done)));
}

void TaskScope::cancel() {
  // A task that ends inside emit() erases only its own signal; the post keeps the list still while we walk
  // it.
  for (auto it = signals_.begin(); it != signals_.end();) {
    auto& signal = *it++;
    asio::post(executor_, [this, &signal] {
      for (auto& running : signals_) {
        if (&running == &signal) {
          running.emit(asio::cancellation_type::terminal);
          return;
        }
      }
    });
  }
}

Task<void> TaskScope::join() {
  // Leaving before the tasks have ended would leave them without their scope.
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  bool forwarded = false;
  while (!signals_.empty()) {
    co_await idle_.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (!forwarded && state.cancelled() != asio::cancellation_type::none) {
      forwarded = true;
      cancel();
    }
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
}

}  // namespace storefleet::inline base
