#pragma once
#include <chrono>
#include <cstdint>

#include "base/task.hpp"
#include "domain/ports.hpp"

namespace storefleet {

/// Deletes old history once an hour, in small batches with pauses between them. Runs on the leader alone.
/// `history` must outlive it.
class HistoryRetention {
 public:
  HistoryRetention(History& history, std::chrono::days keep, std::int64_t epoch)
      : history_(history), keep_(keep), epoch_(epoch) {}

  /// Until cancelled; begins a few minutes after the start. Spawn it once.
  Task<void> run();
  /// One pass over all stores; what it deleted. A failure ends it: the next pass begins anew.
  Task<Result<Pruned>> pass(TimePoint now);

 private:
  History& history_;
  std::chrono::days keep_;
  std::int64_t epoch_;
};

}  // namespace storefleet
