#include "operator/kubernetes_events.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engines/objects.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

/// Of an Event that is copied: some kinds of problems repeat a whole pod in theirs.
constexpr std::size_t kMostMessage = 1000;

TimePoint last_time(const json::value& object) {
  for (const auto path : {std::initializer_list<std::string_view>{"series", "lastObservedTime"},
                          {"lastTimestamp"},
                          {"eventTime"},
                          {"firstTimestamp"},
                          {"metadata", "creationTimestamp"}})
    if (const auto time = parse_time(string_or(object, path))) return *time;
  return {};
}

StoreEvent line_of(const KubernetesEvent& event, StoreIdentity store) {
  return {
      .sequence = 0,
      .store_uid = std::move(store.uid),
      .store_name = std::move(store.name),
      .team = std::move(store.team),
      .at = event.at,
      .type = event.type,
      .source = "kubernetes",
      .reason = event.reason,
      .message = event.count > 1 ? fmt::format("{} ({} times)", event.message, event.count) : event.message,
      .subject = event.subject,
      .duration_seconds = std::nullopt,
      .origin = fmt::format("{}/{}", event.uid, event.count)};
}

}  // namespace

std::optional<KubernetesEvent> kubernetes_event(const json::value& object) {
  if (!engines::is_store_namespace(k8s::meta_namespace(object))) return std::nullopt;
  const auto count =
      std::max<std::int64_t>({1, int_or(object, {"count"}, 1), int_or(object, {"series", "count"}, 1)});
  return KubernetesEvent{.uid = std::string(k8s::meta_uid(object)),
                         .ns = std::string(k8s::meta_namespace(object)),
                         .count = count,
                         .at = last_time(object),
                         .type = parse_event_type(string_or(object, {"type"})).value_or(EventType::kNormal),
                         .reason = string_or(object, {"reason"}),
                         .message = clean_text(string_or(object, {"message"}), kMostMessage),
                         .subject = fmt::format("{}/{}", string_or(object, {"involvedObject", "kind"}),
                                                string_or(object, {"involvedObject", "name"}))};
}

void EventDeduplicator::seen(KubernetesEvent event) {
  auto& entry = entries_[event.uid];
  entry.generation = generation_;
  entry.gone = false;
  const auto known = entry.pending ? entry.pending->count : entry.written_count;
  if (event.count <= known) return;
  waiting_.insert(event.uid);
  entry.pending = std::move(event);
}

void EventDeduplicator::gone(const std::string& uid) {
  const auto found = entries_.find(uid);
  if (found == entries_.end()) return;
  found->second.gone = true;
  if (!found->second.pending) entries_.erase(found);
}

void EventDeduplicator::begin_list() {
  ++generation_;
}

void EventDeduplicator::end_list() {
  for (auto position = entries_.begin(); position != entries_.end();) {
    auto& entry = position->second;
    if (entry.generation != generation_) entry.gone = true;
    position = entry.gone && !entry.pending ? entries_.erase(position) : std::next(position);
  }
}

std::vector<StoreEvent> EventDeduplicator::due(TimePoint now, const StoreOfNamespace& store_of,
                                               std::size_t limit) {
  std::vector<StoreEvent> lines;
  for (auto position = waiting_.begin(); position != waiting_.end() && lines.size() < limit;) {
    auto& entry = entries_.at(*position);
    const bool too_soon = entry.written_count > 0 && !entry.gone && now < entry.written_at + kPace;
    auto store = too_soon ? std::nullopt : store_of(entry.pending->ns);
    if (!too_soon && !store && !entry.unknown_since) entry.unknown_since = now;
    const bool given_up = !too_soon && !store && now >= *entry.unknown_since + kPatience;
    if (!store && !given_up) {
      ++position;
      continue;
    }
    if (store) lines.push_back(line_of(*entry.pending, *std::move(store)));
    entry.written_count = entry.pending->count;
    entry.written_at = now;
    entry.pending.reset();
    entry.unknown_since.reset();
    if (entry.gone) entries_.erase(*position);
    position = waiting_.erase(position);
  }
  std::ranges::sort(lines, {}, &StoreEvent::at);
  return lines;
}

}  // namespace storefleet::store_operator
