#include "controller/work_queue.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace storefleet::controller {
namespace {

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

WorkQueue::WorkQueue(const asio::any_io_executor& executor, Backoff backoff)
    : logic_(backoff), wake_(executor) {}

Backoff WorkQueue::default_backoff() {
  return {std::chrono::milliseconds(50), std::chrono::milliseconds(60'000), 2.0, 0.2};
}

void WorkQueue::add(const Key& key) {
  logic_.add(key, now());
  wake_.cancel();
}

void WorkQueue::add_after(const Key& key, std::chrono::milliseconds delay) {
  const auto time = now();
  logic_.add_at(key, time + delay, time);
  wake_.cancel();
}

std::chrono::milliseconds WorkQueue::retry(const Key& key) {
  const auto delay = logic_.retry(key, now(), random_fraction());
  wake_.cancel();
  return delay;
}

void WorkQueue::done(const Key& key) {
  logic_.done(key, now());
  wake_.cancel();
}

void WorkQueue::shut_down() {
  shut_down_ = true;
  wake_.cancel();
}

std::chrono::milliseconds WorkQueue::oldest() const {
  return logic_.oldest(now());
}

Task<std::optional<WorkQueue::Key>> WorkQueue::next() {
  while (!shut_down_) {
    auto key = logic_.take(now());
    if (key) co_return key;
    // Moving the timer wakes the others who wait on it; only a time that changed is worth that.
    const auto due = logic_.next_due().value_or(SteadyTime::max());
    if (wake_.expiry() != due) wake_.expires_at(due);
    // Every change of the queue cancels this wait; so does cancelling the task, which the next co_await sees.
    co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return std::nullopt;
}

}  // namespace storefleet::controller
