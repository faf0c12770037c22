#pragma once
#include <chrono>
#include <functional>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/task.hpp"
#include "http/server.hpp"

namespace storefleet::testing {

/// Runs one coroutine to its end on an io_context of its own; rethrows what it throws. For tests. Calls of
/// `body` get nothing but the executor, so it is a function or a lambda without captures that hands
/// references on as parameters.
inline void run(asio::io_context& context, Task<void> task) {
  std::exception_ptr error;
  bool ended = false;
  asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& thrown) {
    error = thrown;
    ended = true;
  });
  context.restart();
  while (!ended && context.run_one_for(std::chrono::seconds(30)) > 0) {
  }
  if (error) std::rethrow_exception(error);
  if (!ended) throw std::runtime_error("the coroutine did not end");
}

/// Lets everything run until `condition` holds, at most 5 s; whether it does.
template <class Condition>
bool run_until(asio::io_context& context, Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  context.restart();
  while (!condition() && std::chrono::steady_clock::now() < until)
    context.run_one_for(std::chrono::milliseconds(50));
  return condition();
}

}  // namespace storefleet::testing
