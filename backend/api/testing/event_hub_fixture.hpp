#pragma once
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "api/stream/event_hub.hpp"
#include "domain/testing/ports.hpp"
#include "http/sse.hpp"
#include "http/testing.hpp"

/// A hub over a log in memory, and clients that read its streams; for tests.
namespace storefleet::api {

/// The client's end of a stream, in memory. `stalled`: the socket takes nothing more.
class StreamClient : public http::ResponseStream {
 public:
  Task<Result<void>> write(std::string bytes) override {
    ++writes;
    while (stalled) {
      if (!co_await sleep_for(std::chrono::milliseconds(1)))
        co_return fail(ErrorCode::kCancelled, "cancelled");
    }
    if (gone) co_return fail(ErrorCode::kUnavailable, "the client has gone");
    text += bytes;
    for (auto& event : parser.feed(bytes)) events.push_back(std::move(event));
    co_return Result<void>{};
  }
  [[nodiscard]] bool open() const override { return !gone; }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    found.reserve(events.size());
    for (const auto& event : events) found.push_back(event.event);
    return found;
  }
  /// The sequences of the log events, in the order they came.
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> found;
    found.reserve(events.size());
    for (const auto& event : events)
      if (event.event == "event") found.push_back(event.id);
    return found;
  }

  std::string text;
  http::EventStreamParser parser;
  std::vector<http::ServerSentEvent> events;
  int writes = 0;
  bool stalled = false;
  bool gone = false;
  bool ended = false;
};

inline Task<void> serve_to(EventHub::Stream stream, StreamClient& client) {
  co_await stream(client);
  client.ended = true;
}

inline Task<void> open_into(EventHub& hub, std::optional<std::int64_t> after,
                            std::expected<EventHub::Stream, Problem>& stream) {
  stream = co_await hub.open(Principal{.name = "admin", .role = PlatformRole::kAdmin}, after);
}

class EventHubTest : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }
  void TearDown() override {
    scope_.cancel();
    testing::run(context_, scope_.join());
  }

  void begin(EventHubOptions options) {
    scope_.cancel();
    testing::run(context_, scope_.join());
    options.read_pause = std::chrono::milliseconds(5);
    stores_.listeners.clear();
    hub_.emplace(stores_, feed_, metrics_, options);
    scope_.spawn("hub", hub_->run());
    settle();
  }
  /// Lets everything happen that is due; rounds rather than a time, so that a busy machine changes nothing.
  void settle(int rounds = 15) {
    for (int i = 0; i < rounds; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      context_.restart();
      context_.poll();
    }
  }
  std::expected<EventHub::Stream, Problem> open(std::optional<std::int64_t> after = {}) {
    std::expected<EventHub::Stream, Problem> stream;
    testing::run(context_, open_into(*hub_, after, stream));
    return stream;
  }
  void connect(StreamClient& client, std::optional<std::int64_t> after = {}) {
    auto stream = open(after);
    ASSERT_TRUE(stream) << stream.error().detail;
    scope_.spawn("stream", serve_to(*std::move(stream), client));
    settle();
  }
  /// The controller writes events, the database announces them.
  void append(int count, const std::string& team = "default") {
    for (int i = 0; i < count; ++i) {
      const auto sequence = static_cast<std::int64_t>(history_.log.size()) + 1;
      history_.log.push_back({.sequence = sequence,
                              .store_uid = "uid-of-demo",
                              .store_name = "demo",
                              .team = team,
                              .at = parse_time("2026-11-24T11:15:00Z").value(),
                              .source = "storefleet",
                              .reason = "StepFinished",
                              .message = "two\nlines"});
    }
    feed_.announce();
  }
  static Store store(const std::string& name, Phase phase) {
    Store store;
    store.name = name;
    store.uid = "uid-of-" + name;
    store.status.phase = phase;
    return store;
  }

  asio::io_context context_;
  std::list<StreamClient> clients_;
  MemoryStores stores_;
  MemoryHistory history_;
  MemoryFeed feed_{history_};
  prometheus::Registry metrics_;
  std::optional<EventHub> hub_;
  TaskScope scope_{context_.get_executor()};
};

}  // namespace storefleet::api
