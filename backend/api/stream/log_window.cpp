#include "api/stream/log_window.hpp"

#include <algorithm>

#include "api/dto.hpp"
#include "base/json.hpp"
#include "http/sse.hpp"

namespace storefleet::api {

LogEntry log_entry(const StoreEvent& event) {
  return {.sequence = event.sequence,
          .team = event.team,
          .team_id = event.team_id,
          .frame = http::format_event({.id = std::to_string(event.sequence),
                                       .event = "event",
                                       .data = json::serialize(event_dto(event))})};
}

bool LogWindow::learn_end(std::int64_t last) {
  const bool older = last < position_;
  if (older) {
    entries_.clear();
    positioned_ = false;
    ++log_number_;
  }
  if (!positioned_) position_ = std::max<std::int64_t>(0, last - static_cast<std::int64_t>(most_));
  positioned_ = true;
  return !older;
}

const LogEntry& LogWindow::append(const StoreEvent& event) {
  if (!entries_.empty() && event.sequence != entries_.back().sequence + 1) entries_.clear();
  entries_.push_back(log_entry(event));
  if (entries_.size() > most_) entries_.pop_front();
  position_ = event.sequence;
  return entries_.back();
}

void LogWindow::skip_to(std::int64_t last) {
  entries_.clear();
  position_ = last;
}

bool LogWindow::remembers_after(std::int64_t sequence) const {
  if (sequence >= position_) return true;
  return !entries_.empty() && sequence + 1 >= entries_.front().sequence;
}

}  // namespace storefleet::api
