#pragma once
#include <chrono>
#include <memory>

#include "domain/event.hpp"
#include "domain/ports/event_feed.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// The event log in PostgreSQL as a replica of the API follows it: a connection of its own listens for what
/// appends announce (LISTEN/NOTIFY); where it cannot, or where nothing gets through, the log is looked at
/// again every `poll`.
///
/// One thread, that of the executor which changed() runs on; must not outlive that executor.
class PostgresEventFeed : public EventFeed {
 public:
  /// `pool` must outlive this object and its calls; `options` are those of the pool.
  PostgresEventFeed(Pool& pool, PoolOptions options,
                    std::chrono::milliseconds poll = std::chrono::milliseconds(2000));
  PostgresEventFeed(const PostgresEventFeed&) = delete;
  PostgresEventFeed& operator=(const PostgresEventFeed&) = delete;
  ~PostgresEventFeed() override;

  Task<Result<std::vector<StoreEvent>>> after(std::int64_t sequence, std::size_t limit) override;
  Task<Result<std::int64_t>> last_sequence() override;
  Task<void> changed() override;

 private:
  class Listener;
  Task<bool> listen();

  Pool& pool_;
  const PoolOptions options_;
  const std::chrono::milliseconds poll_;
  std::unique_ptr<Listener> listener_;  // null while there is no connection
  bool complained_ = false;
  asio::thread_pool connecting_{1};  // last: its thread uses the rest
};

}  // namespace storefleet::storage
