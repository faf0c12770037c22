#include "history/retention.hpp"

#include "base/every.hpp"
#include "base/log.hpp"

namespace storefleet::history {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 5min;
constexpr auto kInterval = 1h;
/// Lets appends through, which need the same lock.
constexpr auto kBetweenBatches = 20ms;

}  // namespace

Task<Result<Pruned>> HistoryRetention::pass(TimePoint now) {
  Pruned total;
  // A store that is made from here on has no events that are old enough to go.
  const Retention retention{.older_than = now - keep_, .alive = alive_ ? alive_() : nullptr};
  while (!total.complete) {
    const auto batch = co_await history_.prune(retention, total.next, epoch_);
    if (!batch) co_return std::unexpected(batch.error());
    total.events += batch->events;
    total.receipts += batch->receipts;
    total.next = batch->next;
    total.complete = batch->complete;
    if (total.complete) break;
    const bool go_on = co_await sleep_for(kBetweenBatches);
    if (!go_on) break;
  }
  co_return total;
}

Task<void> HistoryRetention::pass_now() {
  const auto pruned = co_await pass(std::chrono::system_clock::now());
  if (!pruned)
    log_warning("old history could not be deleted", {{"error", pruned.error().message}});
  else if (pruned->events + pruned->receipts > 0)
    log_info("old history deleted",
             {{"events", std::to_string(pruned->events)}, {"receipts", std::to_string(pruned->receipts)}});
}

Task<void> HistoryRetention::run() {
  return every(kFirst, kInterval, [this] { return pass_now(); });
}

}  // namespace storefleet::history
