#include "controller/reconciler.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/log.hpp"

namespace storefleet::controller {
namespace {

/// Ends the processing of a key also when the coroutine that processes it is cancelled.
class Processing {
 public:
  Processing(WorkQueue& queue, std::string key, asio::steady_timer& ended)
      : queue_(queue), key_(std::move(key)), ended_(ended) {}
  Processing(const Processing&) = delete;
  Processing& operator=(const Processing&) = delete;
  ~Processing() {
    queue_.done(key_);
    ended_.cancel();
  }

 private:
  WorkQueue& queue_;
  std::string key_;
  asio::steady_timer& ended_;
};

}  // namespace

ControllerLoop::ControllerLoop(const asio::any_io_executor& executor, std::string name, Reconcile reconcile,
                               std::size_t workers, Backoff backoff)
    : name_(std::move(name)),
      reconcile_(std::move(reconcile)),
      workers_(workers),
      queue_(executor, backoff),
      ended_(executor, asio::steady_timer::time_point::max()),
      scope_(executor) {}

void ControllerLoop::start() {
  scope_.spawn(name_, dispatch());
}

Task<void> ControllerLoop::stop() {
  queue_.shut_down();
  scope_.cancel();
  co_await scope_.join();
}

Task<void> ControllerLoop::dispatch() {
  while (true) {
    while (queue_.logic().processing() >= workers_)
      co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    auto key = co_await queue_.next();
    if (!key) co_return;
    scope_.spawn(name_, process(*std::move(key)));
  }
}

Task<void> ControllerLoop::process(std::string key) {
  const Processing processing(queue_, key, ended_);
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = co_await reconcile_(key);
  const auto duration = std::chrono::steady_clock::now() - start;
  settle(key, outcome);
  if (observer_) observer_(outcome, duration);
}

void ControllerLoop::settle(const std::string& key, const Outcome& outcome) {
  if (std::holds_alternative<Done>(outcome)) {
    queue_.forget(key);
    logged_.erase(key);
  } else if (const auto* requeue = std::get_if<RequeueAfter>(&outcome)) {
    queue_.forget(key);
    logged_.erase(key);
    queue_.add_after(key, requeue->when);
    log_debug("reconciliation waits", {{"controller", name_},
                                       {"key", key},
                                       {"milliseconds", std::to_string(requeue->when.count())},
                                       {"why", requeue->why}});
  } else if (const auto* retry = std::get_if<Retry>(&outcome)) {
    if (retry->error.code == ErrorCode::kCancelled) return;  // stopping
    queue_.retry(key);
    log_once(key, retry->error);
  }
}

void ControllerLoop::log_once(const std::string& key, const Error& error) {
  auto text = fmt::format("{} {}", to_string(error.code), error.message);
  auto& last = logged_[key];
  if (last == text) return;
  last = std::move(text);
  // Somebody was faster, and the watch shows it in a moment: that is everyday.
  const auto level = error.code == ErrorCode::kConflict ? LogLevel::kDebug : LogLevel::kWarning;
  log(level, "reconciliation failed, will retry",
      {{"controller", name_},
       {"key", key},
       {"code", std::string(to_string(error.code))},
       {"reason", std::string(to_string(error.reason))},
       {"error", error.message}});
}

}  // namespace storefleet::controller
