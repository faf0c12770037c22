#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/task.hpp"
#include "domain/ports/history.hpp"

namespace storefleet::history {

/// Deletes old history once an hour, in small batches with pauses between them. Runs on the leader alone.
/// `history` must outlive it.
class HistoryRetention {
 public:
  /// UIDs of all stores that there are; null while that is not known.
  using Alive = std::function<std::shared_ptr<const std::set<std::string>>()>;

  HistoryRetention(History& history, std::chrono::days keep, std::int64_t epoch, Alive alive = nullptr)
      : history_(history), keep_(keep), epoch_(epoch), alive_(std::move(alive)) {}

  /// Until cancelled; begins a few minutes after the start. Spawn it once.
  Task<void> run();
  /// One pass over all stores; returns what it deleted. A failure ends it: the next pass begins anew.
  Task<Result<Pruned>> pass(TimePoint now);

 private:
  /// A pass, and what came of it in the log.
  Task<void> pass_now();

  History& history_;
  std::chrono::days keep_;
  std::int64_t epoch_;
  Alive alive_;
};

}  // namespace storefleet::history
