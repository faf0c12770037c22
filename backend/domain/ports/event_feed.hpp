#pragma once
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/event.hpp"

namespace storefleet::inline domain {

/// The event log as those who follow it see it; any number of processes may.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// Events above `sequence`, oldest first. Fewer than `limit` are all there are.
  virtual Task<Result<std::vector<StoreEvent>>> after(std::int64_t sequence, std::size_t limit) = 0;
  /// The sequence that was given out last; 0 while there was none.
  virtual Task<Result<std::int64_t>> last_sequence() = 0;
  /// Ends when the log may have grown since the last call ended, at the latest after a few seconds, or when
  /// its task is cancelled. For one caller at a time.
  virtual Task<void> changed() = 0;
};

}  // namespace storefleet::inline domain
