#pragma once
#include <cstdint>
#include <deque>

#include <boost/asio/steady_timer.hpp>

#include "base/task.hpp"
#include "domain/event.hpp"
#include "domain/ports/history.hpp"

namespace storefleet::history {

/// Brings store events to the history in the order they happened, without reconciling ever waiting for SQL:
/// while the database is down they queue up here, bounded, and are written when it is back. An event that the
/// database refuses is set aside alone: the rest goes on. One thread.
class HistoryWriter {
 public:
  static constexpr std::size_t kMostQueued = 20'000;

  HistoryWriter(const asio::any_io_executor& executor, History& history, std::int64_t epoch);

  void add(std::vector<StoreEvent> events);

  /// Writes until cancelled; then makes one last try for what is left. Spawn it once.
  Task<void> run();

  [[nodiscard]] std::size_t queued() const { return queue_.size(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] std::uint64_t set_aside() const { return set_aside_; }

 private:
  /// False where the database has to be waited for.
  Task<bool> write_batch();
  void forget_first(std::size_t count);

  History& history_;
  std::int64_t epoch_;
  std::deque<StoreEvent> queue_;
  std::size_t batch_;  // events in the next append
  std::uint64_t dropped_ = 0;
  std::uint64_t set_aside_ = 0;
  asio::steady_timer wake_;
};

}  // namespace storefleet::history
