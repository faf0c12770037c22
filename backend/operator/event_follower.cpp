#include "operator/event_follower.hpp"

#include "k8s/resource.hpp"
#include "operator/watch/views.hpp"

namespace storefleet::store_operator {
namespace {

constexpr std::chrono::seconds kLook{1};
/// A flood of Events must not push the platform's own lines out of the queue: what finds no place waits here.
constexpr std::size_t kMostInQueue = history::HistoryWriter::kMostQueued / 2;
constexpr std::chrono::hours kNamespaceMemory{1};

}  // namespace

EventFollower::EventFollower(k8s::Client& client, const ClusterCaches& caches,
                             history::HistoryWriter& history)
    : caches_(caches), history_(history), reflector_(client, k8s::kEvent, {}, *this) {}

void EventFollower::upsert(const json::value& object) {
  if (auto event = kubernetes_event(object)) events_.seen(*std::move(event));
}

void EventFollower::remove(const json::value& object) {
  events_.gone(std::string(k8s::meta_uid(object)));
}

std::optional<StoreIdentity> EventFollower::store_of(const std::string& ns, TimePoint now) {
  if (const auto* store = caches_.store_of(ns)) {
    auto& known = known_[ns];
    known = {.store = {.uid = store->uid, .name = store->name, .team = store->spec.team}, .used_at = now};
    return known.store;
  }
  const auto found = known_.find(ns);
  if (found == known_.end()) return std::nullopt;
  found->second.used_at = now;
  return found->second.store;
}

void EventFollower::write_due(TimePoint now) {
  const auto queued = history_.queued();
  if (events_.waiting() > 0 && queued < kMostInQueue) {
    auto lines = events_.due(
        now, [this, now](const std::string& ns) { return store_of(ns, now); }, kMostInQueue - queued);
    if (!lines.empty()) history_.add(std::move(lines));
  }
  std::erase_if(known_, [now](const auto& entry) { return now - entry.second.used_at > kNamespaceMemory; });
}

Task<void> EventFollower::write() {
  co_await caches_.wait_synced();
  while (true) {
    write_due(std::chrono::system_clock::now());
    const bool go_on = co_await sleep_for(kLook);
    if (!go_on) co_return;
  }
}

}  // namespace storefleet::store_operator
