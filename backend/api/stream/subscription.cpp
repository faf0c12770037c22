#include "api/stream/subscription.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "http/sse.hpp"

namespace storefleet::api {
namespace {

constexpr std::size_t kPieceBytes = 64UL * 1024;  // of one write, about

}  // namespace

void Subscription::log_grew(const LogEntry& event) {
  if (event.sequence <= sent_) return;
  if (sees_event_(event.team, event.team_id))
    tell();
  else if (event.sequence == sent_ + 1)
    sent_ = event.sequence;
}

void Subscription::store_changed(std::string_view team, const std::string& uid, const Frame& frame) {
  if (resync_ || !sees_team_(team)) return;
  const auto same = std::ranges::find(stores_, uid, &ChangedStore::uid);
  if (same != stores_.end())
    same->frame = frame;
  else if (stores_.size() < most_stores_)
    stores_.push_back({uid, frame});
  else
    forget_stores();
  tell();
}

void Subscription::access_changed() {
  forget_stores();
  tell();
}

void Subscription::forget_stores() {
  stores_.clear();
  resync_ = true;
}

std::string Subscription::take_log(const LogWindow& window) {
  std::string text;
  for (const auto& event : window.after(sent_)) {
    if (text.size() >= kPieceBytes) break;
    if (sees_event_(event.team, event.team_id)) text += event.frame;
    sent_ = event.sequence;
  }
  return text;
}

std::string Subscription::take_page(const std::vector<StoreEvent>& page, std::int64_t end) {
  if (page.empty() || page.front().sequence != sent_ + 1) complete_ = false;
  if (page.empty()) sent_ = end;
  std::string text;
  for (const auto& event : page) {
    if (sees_event_(event.team, event.team_id)) text += log_entry(event).frame;
    sent_ = event.sequence;
  }
  return text;
}

std::string Subscription::take(const LogWindow& window) {
  auto text = take_log(window);
  if (text.size() >= kPieceBytes) return text;
  if (std::exchange(resync_, false)) {
    const json::object hint{{"sequence", sent_}, {"complete", std::exchange(complete_, true)}};
    text +=
        http::format_event({.id = std::to_string(sent_), .event = "resync", .data = json::serialize(hint)});
  }
  while (!stores_.empty() && text.size() < kPieceBytes) {
    text += *stores_.front().frame;
    stores_.pop_front();
  }
  return text;
}

}  // namespace storefleet::api
