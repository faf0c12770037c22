#pragma once
#include <exception>
#include <memory>
#include <optional>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace storefleet::inline base {

template <class Function>
auto run_blocking(asio::thread_pool& pool, Function function) -> Task<std::invoke_result_t<Function>> {
  using Value = std::invoke_result_t<Function>;
  struct State {
    Function function;
    std::optional<Value> value;
    std::exception_ptr error;
  };
  auto state = std::make_shared<State>(State{std::move(function), std::nullopt, nullptr});
  const auto executor = co_await asio::this_coro::executor;
  auto initiate = [&pool, executor, state](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    asio::post(pool, [executor, state, shared] {
      try {
        state->value.emplace(state->function());
      } catch (...) {
        state->error = std::current_exception();
      }
      asio::post(executor, [shared] { std::move (*shared)(); });
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
  if (state->error) std::rethrow_exception(state->error);
  co_return std::move(*state->value);
}

}  // namespace storefleet::inline base
