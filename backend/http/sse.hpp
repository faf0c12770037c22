#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace storefleet::http {

/// One server-sent event (WHATWG HTML, 9.2). Empty `id` and `event` are left out on the wire.
struct ServerSentEvent {
  std::string id = {};
  std::string event = {};
  std::string data = {};
  bool operator==(const ServerSentEvent&) const = default;
};

/// The event as text that ends with an empty line. Line breaks in `data` become several data fields; those
/// in `id` and `event`, which the format cannot carry, are dropped.
std::string format_event(const ServerSentEvent& event);

/// Tells clients how long to wait before they connect again.
std::string format_retry(std::chrono::milliseconds pause);

/// Reads a stream of events, split anywhere. As the standard says, an event's `id` stays the last one seen,
/// an event without data is not delivered, an unfinished one at the end is dropped.
class EventStreamParser {
 public:
  /// The events that these bytes complete.
  std::vector<ServerSentEvent> feed(std::string_view bytes);

  /// For Last-Event-ID when reconnecting.
  [[nodiscard]] const std::string& last_event_id() const { return last_id_; }

 private:
  void take_line(std::string_view line, std::vector<ServerSentEvent>& events);

  std::string line_;
  bool after_carriage_return_ = false;
  bool at_start_ = true;
  std::string event_;
  std::string data_;
  bool has_data_ = false;
  std::string last_id_;
};

}  // namespace storefleet::http
