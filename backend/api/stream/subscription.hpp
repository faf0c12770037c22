#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/stream/log_window.hpp"
#include "domain/event.hpp"

namespace storefleet::api {

/// What one client of the stream has and what it has yet to get. Pure: who serves the client asks for the
/// text that is due, and is told when there may be some.
///
/// It has a place in the log, and of the stores those that changed and were not sent yet, each once. Too many
/// of them become one `resync`, which tells the client to read the stores anew.
class Subscription {
 public:
  /// Whether the client may see what belongs to a team.
  using SeesTeam = std::function<bool(std::string_view team)>;
  /// The same of an event: not what another team did that had the name before.
  using SeesEvent = std::function<bool(std::string_view team, const std::string& team_id)>;
  using Frame = std::shared_ptr<const std::string>;

  /// `after`: the last sequence that the client has. It begins with a `resync`.
  Subscription(std::int64_t after, std::size_t most_stores, SeesTeam sees_team, SeesEvent sees_event)
      : sent_(after),
        most_stores_(most_stores),
        sees_team_(std::move(sees_team)),
        sees_event_(std::move(sees_event)) {}

  /// `due` is called whenever text may have become due; null: nobody waits.
  void on_due(std::function<void()> due) { due_ = std::move(due); }

  /// The log has this event more.
  void log_grew(const LogEntry& event);
  void store_changed(std::string_view team, const std::string& uid, const Frame& frame);
  /// The client may see other things than before: what waits was chosen for who it was.
  void access_changed();

  /// What is due, up to a piece of about 64 KiB; empty: nothing. The window must remember what follows
  /// sent().
  std::string take(const LogWindow& window);
  /// The same of the log alone.
  std::string take_log(const LogWindow& window);
  /// The same of a page of the log that was read from the database after sent(). A page without events:
  /// whatever there was up to `end` has been deleted.
  std::string take_page(const std::vector<StoreEvent>& page, std::int64_t end);

  /// Every event up to it was sent, or is not for this client.
  [[nodiscard]] std::int64_t sent() const { return sent_; }

 private:
  struct ChangedStore {
    std::string uid;
    Frame frame;
  };

  void tell() const {
    if (due_) due_();
  }
  void forget_stores();

  std::int64_t sent_;
  std::size_t most_stores_;
  SeesTeam sees_team_;
  SeesEvent sees_event_;
  std::function<void()> due_;
  std::deque<ChangedStore> stores_;
  bool resync_ = true;    // the client must read the stores
  bool complete_ = true;  // nothing that was to be replayed had been deleted
};

}  // namespace storefleet::api
