#include "controller/work_queue.hpp"

namespace storefleet::controller {

void WorkQueueLogic::add(const std::string& key, SteadyTime now) {
  if (!dirty_.insert(key).second) return;  // waits already
  ++adds_;
  if (!processing_.contains(key)) ready_.push_back({key, now});  // else done() queues it
}

void WorkQueueLogic::add_at(const std::string& key, SteadyTime when, SteadyTime now) {
  if (when <= now) {
    add(key, now);
    return;
  }
  const auto [position, inserted] = due_by_key_.try_emplace(key, when);
  if (!inserted) {
    if (position->second <= when) return;
    delayed_.erase({position->second, key});
    position->second = when;
  }
  delayed_.emplace(when, key);
}

std::chrono::milliseconds WorkQueueLogic::retry(const std::string& key, SteadyTime now, double random) {
  ++retries_;
  const auto delay = backoff_.delay(++failures_[key], random);
  add_at(key, now + delay, now);
  return delay;
}

std::optional<std::string> WorkQueueLogic::take(SteadyTime now) {
  promote_due(now);
  if (ready_.empty()) return std::nullopt;
  auto key = std::move(ready_.front().key);
  ready_.pop_front();
  dirty_.erase(key);
  processing_.insert(key);
  return key;
}

void WorkQueueLogic::done(const std::string& key, SteadyTime now) {
  processing_.erase(key);
  if (dirty_.contains(key)) ready_.push_back({key, now});
}

std::optional<SteadyTime> WorkQueueLogic::next_due() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->first;
}

std::uint32_t WorkQueueLogic::failures(const std::string& key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

std::chrono::milliseconds WorkQueueLogic::oldest(SteadyTime now) const {
  if (ready_.empty()) return std::chrono::milliseconds{0};
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - ready_.front().since);
}

void WorkQueueLogic::promote_due(SteadyTime now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const auto entry = delayed_.extract(delayed_.begin());
    const auto& [when, key] = entry.value();
    due_by_key_.erase(key);
    add(key, when);
  }
}

}  // namespace storefleet::controller
