#include "simulation/watches.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

constexpr Millis kServerEndsWatch = 290'000;
constexpr Millis kBookmarkEvery = 60'000;
constexpr Millis kOldestList = 60'000;

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

http::Response gone() {
  return {.status = 410,
          .body = R"({"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"})"};
}

}  // namespace

Watches::Watches(ApiServer& api, Agenda& agenda, Trace& trace, Random& random, const Faults& faults,
                 const Tampering& tampering)
    : api_(api), agenda_(agenda), trace_(trace), random_(random), faults_(faults), tampering_(tampering) {
  api_.on_change([this](std::string_view plural, const Change&) {
    for (const auto& watch : open_)
      if (watch->plural == plural) plan(watch);
  });
}

void Watches::open(const std::string& target, const std::shared_ptr<Exchange>& exchange) {
  auto watch = std::make_shared<Watch>();
  watch->to = exchange;
  watch->plural = parse_path(target).plural;
  watch->selection = selection_of(target);
  const auto from = query_value(target, "resourceVersion");
  const auto version = from.empty() || tampering_.watch_from_now ? api_.version() : number(from);
  if (version < compacted_[watch->plural]) {
    exchange->finish(gone());
    return;
  }
  const auto& changes = api_.changes(watch->plural);
  const auto first = std::ranges::upper_bound(changes, version, {}, &Change::version);
  watch->next = static_cast<std::size_t>(first - changes.begin());
  if (random_.chance(faults_.watch_slow)) watch->lag = random_.between(1000, 180'000);
  watch->ends = machine().now + kServerEndsWatch;
  if (watch->lag > 0) trace_.add("watch", fmt::format("of {} comes {} ms late", watch->plural, watch->lag));
  watch->told_at = machine().now;
  open_.push_back(watch);
  exchange->give("");  // the head of the answer
  if (from.empty())    // such a watch begins with what there is
    for (const auto& object : api_.all(watch->plural, parse_path(target).ns))
      if (selects(watch->selection, *object))
        exchange->give(fmt::format(R"({{"type":"ADDED","object":{}}})", json::serialize(*object)) + "\n");
  plan(watch);
}

void Watches::plan(const Place& watch) {
  if (watch->planned || watch->to.expired()) return;
  const auto& changes = api_.changes(watch->plural);
  const bool idle = watch->next >= changes.size();
  auto when = watch->ends;
  if (idle) when = std::min(when, watch->told_at + kBookmarkEvery);
  if (watch->gone_at != 0) when = std::min(when, watch->gone_at);
  if (!idle)
    when = std::min(when, changes[watch->next].at + watch->lag + random_.between(1, faults_.watch_delay));
  watch->planned = !idle;
  agenda_.after(std::max<Millis>(0, when - machine().now), [this, watch, number = ++watch->plan] {
    if (watch->plan == number) deliver(watch);
  });
}

void Watches::end(Watch& watch, Result<http::Response> how) {
  if (const auto exchange = watch.to.lock()) exchange->finish(std::move(how));
  watch.to.reset();
  std::erase_if(open_, [&](const Place& each) { return each.get() == &watch; });
}

void Watches::end_gone(Watch& watch) {
  compacted_[watch.plural] = api_.version();
  const auto exchange = watch.to.lock();
  if (exchange) exchange->give(fmt::format(R"({{"type":"ERROR","object":{}}})", gone().body) + "\n");
  end(watch, http::Response{});
}

bool Watches::give(Watch& watch, const Change& change) {
  if (random_.chance(faults_.watch_lost)) {
    trace_.add("watch", fmt::format("of {} loses a change", watch.plural));
    if (watch.gone_at == 0) watch.gone_at = machine().now + random_.between(100, 60'000);
    return true;
  }
  const bool was = change.before && selects(watch.selection, *change.before);
  const bool is = change.now && selects(watch.selection, *change.now);
  if (!was && !is) return true;
  const auto* type = was && is ? "MODIFIED" : is ? "ADDED" : "DELETED";
  const auto exchange = watch.to.lock();
  if (!exchange) return false;
  auto line = fmt::format(R"({{"type":"{}","object":{}}})", type, *change.text) + "\n";
  if (tampering_.sight) tampering_.sight(line);
  if (line.empty()) return true;
  exchange->give(line);
  if (random_.chance(faults_.watch_twice)) exchange->give(line);
  watch.told_at = machine().now;
  // One that has lost something is not begun again where it broke: that would never come.
  if (watch.gone_at != 0 || !random_.chance(faults_.watch_breaks)) return true;
  end(watch, fail(ErrorCode::kUnavailable, "the connection was reset"));
  return false;
}

void Watches::deliver(const Place& watch) {
  watch->planned = false;
  const auto now = machine().now;
  const auto exchange = watch->to.lock();
  if (!exchange) {
    std::erase(open_, watch);
    return;
  }
  if (now >= watch->ends) return end(*watch, http::Response{});
  if (watch->gone_at != 0 && now >= watch->gone_at) return end_gone(*watch);
  const auto& changes = api_.changes(watch->plural);
  while (watch->next < changes.size() && changes[watch->next].at + watch->lag <= now)
    if (!give(*watch, changes[watch->next++])) return;
  if (watch->next >= changes.size() && now >= watch->told_at + kBookmarkEvery) {
    exchange->give(fmt::format(R"({{"type":"BOOKMARK","object":{{"metadata":{{"resourceVersion":"{}"}}}}}})",
                               api_.version()) +
                   "\n");
    watch->told_at = now;
  }
  plan(watch);
}

std::string Watches::list(const std::string& target) {
  const auto path = parse_path(target);
  const auto selection = selection_of(target);
  const auto& changes = api_.changes(path.plural);
  auto version = api_.version();
  if (random_.chance(faults_.stale_list)) {
    const auto since = machine().now - random_.between(0, kOldestList);
    const auto later = std::ranges::upper_bound(changes, since, {}, &Change::at);
    version = later == changes.end() ? version : later->version - 1;
    version = std::max(version, compacted_[path.plural]);
    trace_.add("watch", fmt::format("a list of {} is of version {} instead of {}", path.plural, version,
                                    api_.version()));
  }
  std::map<k8s::ObjectName, std::string_view> items;
  for (const auto& change : changes) {
    if (change.version > version) break;
    const auto name = k8s::object_name(change.now ? *change.now : *change.last);
    if (change.now && selects(selection, *change.now))
      items[name] = *change.text;
    else
      items.erase(name);
  }
  std::string text =
      fmt::format(R"({{"kind":"List","metadata":{{"resourceVersion":"{}"}},"items":[)", version);
  for (bool first = true; const auto& [name, item] : items) {
    if (!std::exchange(first, false)) text += ',';
    text += item;
  }
  text += "]}";
  if (tampering_.sight) tampering_.sight(text);
  return text;
}

void Watches::calm() {
  const auto watches = open_;
  for (const auto& watch : watches) {
    watch->lag = 0;
    watch->planned = false;
    if (watch->gone_at != 0) watch->gone_at = machine().now + 1;
    plan(watch);
  }
}

}  // namespace storefleet::simulation
