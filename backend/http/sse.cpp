#include "http/sse.hpp"

#include <algorithm>

namespace storefleet::http {
namespace {

std::string without_line_breaks(std::string_view text) {
  std::string clean;
  std::ranges::copy_if(text, std::back_inserter(clean),
                       [](char letter) { return letter != '\n' && letter != '\r' && letter != '\0'; });
  return clean;
}

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::string format_event(const ServerSentEvent& event) {
  std::string text;
  if (!event.id.empty()) text += "id: " + without_line_breaks(event.id) + "\n";
  if (!event.event.empty()) text += "event: " + without_line_breaks(event.event) + "\n";
  std::string_view data = event.data;
  while (true) {
    const auto end = data.find_first_of("\r\n");
    text += "data: ";
    text += data.substr(0, end);
    text += '\n';
    if (end == std::string_view::npos) break;
    data.remove_prefix(data.substr(end, 2) == "\r\n" ? end + 2 : end + 1);
  }
  return text + "\n";
}

std::string format_retry(std::chrono::milliseconds pause) {
  return "retry: " + std::to_string(pause.count()) + "\n\n";
}

std::vector<ServerSentEvent> EventStreamParser::feed(std::string_view bytes) {
  std::vector<ServerSentEvent> events;
  for (const char byte : bytes) {
    const bool line_feed_of_pair = byte == '\n' && after_carriage_return_;
    after_carriage_return_ = byte == '\r';
    if (line_feed_of_pair) continue;
    if (byte != '\n' && byte != '\r') {
      line_ += byte;
      continue;
    }
    std::string_view line = line_;
    if (at_start_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    at_start_ = false;
    take_line(line, events);
    line_.clear();
  }
  return events;
}

void EventStreamParser::take_line(std::string_view line, std::vector<ServerSentEvent>& events) {
  if (line.empty()) {
    if (has_data_) events.push_back({last_id_, event_, data_});
    event_.clear();
    data_.clear();
    has_data_ = false;
    return;
  }
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (field == "event") {
    event_ = value;
  } else if (field == "id" && value.find('\0') == std::string_view::npos) {
    last_id_ = value;
  }
}

}  // namespace storefleet::http
