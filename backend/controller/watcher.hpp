#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "controller/backoff.hpp"

namespace storefleet::controller {

/// The logic of "list, then watch for ever" without any I/O: tells the driver (Reflector) what to do next
/// and learns what came of it. Pure; one watch of one resource.
///
///     kListing ──last page──► kWatching ──ends, breaks──► kWatching (from the last version seen)
///        ▲                        │
///        └──────── Gone ──────────┘
///
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
class Watcher {
 public:
  enum class State { kListing, kWatching };
  enum class Kind { kListPage, kWatch };

  /// What to do next: wait, then one page of a list or one watch.
  struct Step {
    Kind kind = Kind::kListPage;
    bool first_page = false;
    std::string continue_token = {};    // of the page; empty for the first one
    std::string resource_version = {};  // of the watch
    std::chrono::milliseconds wait{0};
  };

  explicit Watcher(Backoff backoff) : backoff_(backoff) {}

  /// `random` in [0, 1) spreads the waiting time.
  [[nodiscard]] Step next(double random) const;

  /// A page came. True when it was the last one: what was not in this list is gone.
  bool page_received(std::string continue_token, std::string resource_version);
  /// An expired continue token (Gone) starts the list again; anything else repeats the page.
  void page_failed(const Error& error);
  void event_received(std::string_view resource_version);
  /// A watch that brought something and was closed by the server is reopened at once; one that broke or
  /// brought nothing only after a wait, so that a failing server is not hammered.
  void watch_ended(const Result<void>& outcome);

  [[nodiscard]] State state() const { return state_; }
  /// A whole list was received at least once.
  [[nodiscard]] bool synced() const { return synced_; }
  /// Failures in a row.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }

 private:
  void restart_list();

  Backoff backoff_;
  State state_ = State::kListing;
  bool synced_ = false;
  bool first_page_ = true;
  std::string continue_token_;
  std::string resource_version_;
  std::uint32_t failures_ = 0;
  bool event_since_watch_ = false;
  std::uint32_t gone_in_a_row_ = 0;
};

}  // namespace storefleet::controller
