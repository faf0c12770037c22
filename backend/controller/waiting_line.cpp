#include "controller/waiting_line.hpp"

namespace storefleet::controller {

bool WaitingLine::enter(const std::string& key) {
  if (kept_.erase(key) > 0) return true;
  if (position_.contains(key)) return false;
  if (busy_ < places_ && line_.empty()) {
    ++busy_;
    return true;
  }
  position_.emplace(key, line_.insert(line_.end(), key));
  return false;
}

void WaitingLine::leave() {
  --busy_;
  call_next();
}

void WaitingLine::pass(const std::string& key) {
  if (kept_.erase(key) > 0) leave();
}

void WaitingLine::forget(const std::string& key) {
  if (const auto found = position_.find(key); found != position_.end()) {
    line_.erase(found->second);
    position_.erase(found);
  }
  pass(key);
}

void WaitingLine::call_next() {
  if (line_.empty() || busy_ >= places_) return;
  const auto key = std::move(line_.front());
  line_.pop_front();
  position_.erase(key);
  kept_.insert(key);
  ++busy_;
  call_(key);
}

}  // namespace storefleet::controller
