#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <ranges>
#include <string>

#include "domain/event.hpp"

namespace storefleet::api {

/// An event of the log as streams send it: serialised once for all of them.
struct LogEntry {
  std::int64_t sequence = 0;
  std::string team;
  std::string team_id;  // empty: whichever team has the name
  std::string frame;
};

LogEntry log_entry(const StoreEvent& event);

/// The newest events of the log in memory, without gaps up to `position()`. Pure: who reads the log appends.
class LogWindow {
 public:
  explicit LogWindow(std::size_t most) : most_(most) {}

  /// Learns where the log ends. At first the window begins so far before that as it can hold. False where the
  /// log ends before the window does: the database was set back to an older log, and the window begins anew.
  bool learn_end(std::int64_t last);
  /// The next event. One that leaves others out, which were deleted, is the first of what is remembered.
  const LogEntry& append(const StoreEvent& event);
  /// There is nothing up to `last` any more: it was deleted.
  void skip_to(std::int64_t last);

  /// The last event that was seen.
  [[nodiscard]] std::int64_t position() const { return position_; }
  /// Grows whenever the log was set back to an older one.
  [[nodiscard]] int log_number() const { return log_number_; }
  /// Whether the event after `sequence` is in memory; also true where there is none yet.
  [[nodiscard]] bool remembers_after(std::int64_t sequence) const;
  /// The events after `sequence`, which it must remember. Valid until the next change.
  [[nodiscard]] auto after(std::int64_t sequence) const {
    const auto known = entries_.empty() ? 0 : sequence + 1 - entries_.front().sequence;
    return std::ranges::subrange(entries_.begin() + (sequence < position_ ? known : std::ssize(entries_)),
                                 entries_.end());
  }

 private:
  std::size_t most_;
  std::deque<LogEntry> entries_;
  std::int64_t position_ = 0;
  bool positioned_ = false;  // position_ was read from the log
  int log_number_ = 0;
};

}  // namespace storefleet::api
