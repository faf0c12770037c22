#pragma once
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

}  // namespace storefleet::testing
