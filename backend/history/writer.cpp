#include "history/writer.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"

namespace storefleet::history {
namespace {

constexpr std::size_t kBatch = 200;
constexpr std::chrono::seconds kPause{2};

}  // namespace

HistoryWriter::HistoryWriter(const asio::any_io_executor& executor, History& history, std::int64_t epoch)
    : history_(history),
      epoch_(epoch),
      batch_(kBatch),
      wake_(executor, asio::steady_timer::time_point::max()) {}

void HistoryWriter::add(std::vector<StoreEvent> events) {
  for (auto& event : events) {
    if (queue_.size() >= kMostQueued) {
      ++dropped_;
      continue;
    }
    queue_.push_back(std::move(event));
  }
  wake_.cancel();
}

void HistoryWriter::forget_first(std::size_t count) {
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
}

Task<bool> HistoryWriter::write_batch() {
  const auto count = std::min(queue_.size(), batch_);
  std::vector<StoreEvent> batch(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
  const auto written = co_await history_.append(std::move(batch), epoch_);
  if (written) {
    batch_ = std::min(batch_ * 2, kBatch);
    forget_first(count);
    co_return true;
  }
  if (written.error().code == ErrorCode::kConflict) {
    log_error("a newer leader writes the history now", {{"error", written.error().message}});
    forget_first(count);
    co_return true;
  }
  const bool refused =
      written.error().reason == Reason::kRefusedData || written.error().code == ErrorCode::kInvalidArgument;
  if (!refused) {
    log_warning("events wait for the database",
                {{"queued", std::to_string(queue_.size())}, {"error", written.error().message}});
    co_return false;
  }
  // The database refuses one of them, and no other may have to wait for that one: smaller appends find it.
  if (count > 1) {
    batch_ = count / 2;
    co_return true;
  }
  const auto& event = queue_.front();
  log_error("the database refuses an event, which is set aside", {{"store", event.store_name},
                                                                  {"reason", event.reason.str()},
                                                                  {"subject", event.subject.str()},
                                                                  {"error", written.error().message}});
  ++set_aside_;
  forget_first(1);
  co_return true;
}

Task<void> HistoryWriter::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto stopped = [](const auto& state) { return state.cancelled() != asio::cancellation_type::none; };
  while (true) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (stopped(state)) break;
    if (queue_.empty()) {
      wake_.expires_at(asio::steady_timer::time_point::max());
      co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    const bool written = co_await write_batch();
    if (!written) co_await sleep_for(kPause);
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  while (!queue_.empty()) {
    const bool written = co_await write_batch();
    if (!written) break;
  }
}

}  // namespace storefleet::history
