#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_set>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "api/access.hpp"
#include "api/access_watch.hpp"
#include "api/auth.hpp"
#include "api/limits.hpp"
#include "api/problem.hpp"
#include "api/stream/log_window.hpp"
#include "base/task.hpp"
#include "domain/event.hpp"
#include "domain/ports/event_feed.hpp"
#include "domain/ports/store_gateway.hpp"
#include "domain/store.hpp"
#include "http/server.hpp"

namespace storefleet::api {

/// `lifetime` and `retry` are spread by a quarter, so that clients which came together do not come together
/// for ever.
struct EventHubOptions {
  Allowance streams = Limits{}.streams;
  std::size_t recent = 4096;                    // log events kept in memory, for all streams together
  std::size_t most_stores = 256;                // changed stores that wait for one stream
  std::size_t page = 500;                       // log events read at once
  std::chrono::milliseconds heartbeat{15'000};  // of silence
  std::chrono::milliseconds lifetime{600'000};  // of one stream: who reconnects is authenticated anew
  std::chrono::milliseconds retry{2'000};       // what clients are told to wait
  std::chrono::milliseconds read_pause{1'000};  // after the log could not be read
  bool (*visible)(const Principal& caller, std::string_view team) = may_see;
};

/// Brings what happens to every open stream whose caller may see it: changes of stores, and the event log,
/// which it follows once for all streams. Each is serialised once. (docs/api-stream.md: what a client gets.)
///
/// What is in memory of the log is a LogWindow, what a client has yet to get a Subscription; this class reads
/// the log into the one and writes the other to the client. A client that reconnects after longer than the
/// window reaches gets pages of the database first. A slow client costs little: it is closed when the window
/// has left it behind or a write takes too long.
///
/// One thread. Must outlive its streams (stop the server first) and the changes that `stores` tells of.
class EventHub {
 public:
  using Stream = std::function<Task<void>(http::ResponseStream&)>;

  EventHub(StoreGateway& stores, EventFeed& feed, prometheus::Registry& registry,
           EventHubOptions options = {});
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;
  ~EventHub();

  /// Follows the log until cancelled. Spawn it once.
  Task<void> run();

  /// Reads the log to its end, as run() does again and again; not while it does.
  Task<Result<void>> catch_up();

  /// The body of one stream. `after`: the last sequence that the client has; nothing: only what comes from
  /// now on. Refuses a sequence that was not given out yet (400), one stream too many of this caller (429) or
  /// of all and, until the log was read for the first time, all (503).
  ///
  /// `lease` says who the caller is as long as the stream is open, and ends it with an event `end`; without
  /// one the caller stays the same, and access does not end.
  Task<std::expected<Stream, Problem>> open(Principal caller, std::optional<std::int64_t> after,
                                            std::shared_ptr<AccessLease> lease = nullptr);

  /// Whether the log was read to its end once: before that no stream opens.
  [[nodiscard]] bool caught_up() const { return caught_up_; }
  /// The newest sequence that it has read.
  [[nodiscard]] std::int64_t position() const { return window_.position(); }
  [[nodiscard]] std::size_t open_streams() const { return streams_.used(); }
  [[nodiscard]] const Budget& streams() const { return streams_; }

 private:
  class OpenStream;

  void publish(const StoreEvent& event);
  void store_changed(const Store* old, const Store* now);
  void send_store(const std::string& uid, const std::string& team, std::string text);
  std::chrono::milliseconds spread(std::chrono::milliseconds duration);

  static Task<void> serve(http::ResponseStream& stream, std::shared_ptr<OpenStream> open);
  static Task<void> say_end(http::ResponseStream& stream, std::shared_ptr<OpenStream> open);
  static Task<bool> replay(http::ResponseStream& stream, std::shared_ptr<OpenStream> open);
  static Task<void> follow(http::ResponseStream& stream, std::shared_ptr<OpenStream> open);

  EventFeed& feed_;
  const EventHubOptions options_;
  LogWindow window_;
  bool caught_up_ = false;
  std::unordered_set<OpenStream*> live_;
  Budget streams_;
  std::minstd_rand random_{std::random_device{}()};
  prometheus::Gauge& streams_gauge_;
  prometheus::Counter& left_behind_;
};

}  // namespace storefleet::api
