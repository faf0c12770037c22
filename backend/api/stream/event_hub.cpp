#include "api/stream/event_hub.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "api/dto.hpp"
#include "base/log.hpp"
#include "http/sse.hpp"

namespace storefleet::api {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kPieceBytes = 64UL * 1024;  // of one write, about

std::string event_frame(const StoreEvent& event) {
  return http::format_event(
      {.id = std::to_string(event.sequence), .event = "event", .data = json::serialize(event_dto(event))});
}

/// A heartbeat also moves the client's place past events that its caller may not see, so that they need not
/// be looked through again when it reconnects.
std::string heartbeat_frame(std::int64_t position) {
  return fmt::format(":\nid: {}\n\n", position);
}

/// The last thing that a client hears whose access has ended.
std::string end_frame(std::string_view why) {
  return http::format_event(
      {.event = "end", .data = json::serialize(json::object{{"code", "AccessEnded"}, {"message", why}})});
}

bool cancelled(const asio::cancellation_state& state) {
  return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

/// One open stream, from the answer's head until the response is gone.
class EventHub::Subscription {
 public:
  Subscription(EventHub& owner, Principal who, std::int64_t after, std::shared_ptr<AccessLease> access,
               Budget::Lease place)
      : hub(owner),
        log_number(owner.log_number_),
        sent(after),
        caller_(std::move(who)),
        lease_(std::move(access)),
        place_(std::move(place)) {
    if (lease_) lease_->on_change([this] { access_changed(); });
    hub.streams_gauge_.Increment();
  }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  ~Subscription() {
    if (lease_) lease_->on_change(nullptr);
    hub.live_.erase(this);
    hub.streams_gauge_.Decrement();
  }

  [[nodiscard]] const Principal& caller() const { return lease_ ? lease_->caller() : caller_; }
  /// Why the caller's access has ended; empty while it lasts.
  [[nodiscard]] std::string_view ended() const { return lease_ ? lease_->ended() : std::string_view(); }

  [[nodiscard]] bool sees(std::string_view team) const { return hub.options_.visible(caller(), team); }
  /// Also what another team did that had the name before: that is not this one's.
  [[nodiscard]] bool sees_event(std::string_view team, const std::string& team_id) const {
    return sees(team) &&
           (team_id.empty() || caller().role == PlatformRole::kAdmin || caller().team_ids.contains(team_id));
  }

  /// `timer` wakes the stream from here on, until leave().
  void join(asio::steady_timer& timer) {
    wake_ = &timer;
    hub.live_.insert(this);
  }
  void leave() {
    hub.live_.erase(this);
    wake_ = nullptr;
  }

  void log_grew(const Recent& event) {
    if (event.sequence <= sent) return;
    if (sees_event(event.team, event.team_id))
      wake_->cancel();
    else if (event.sequence == sent + 1)
      sent = event.sequence;
  }

  void store_changed(const std::string& uid, Frame frame) {
    if (resync_) return;
    const auto same = std::ranges::find(stores_, uid, &ChangedStore::uid);
    if (same != stores_.end()) {
      same->frame = std::move(frame);
    } else if (stores_.size() < hub.options_.most_stores) {
      stores_.push_back({uid, std::move(frame)});
    } else {
      stores_.clear();
      resync_ = true;
    }
    wake_->cancel();
  }

  /// The log's events in memory that are due, up to a piece.
  std::string take_log() {
    std::string text;
    if (sent >= hub.position_ || hub.recent_.empty()) return text;
    auto next = static_cast<std::size_t>(sent + 1 - hub.recent_.front().sequence);
    for (; next < hub.recent_.size() && text.size() < kPieceBytes; ++next) {
      const auto& event = hub.recent_[next];
      if (sees_event(event.team, event.team_id)) text += event.frame;
      sent = event.sequence;
    }
    return text;
  }

  /// All that is due, up to a piece.
  std::string take() {
    auto text = take_log();
    if (text.size() >= kPieceBytes) return text;
    if (std::exchange(resync_, false)) {
      const json::object hint{{"sequence", sent}, {"complete", std::exchange(complete, true)}};
      text +=
          http::format_event({.id = std::to_string(sent), .event = "resync", .data = json::serialize(hint)});
    }
    while (!stores_.empty() && text.size() < kPieceBytes) {
      text += *stores_.front().frame;
      stores_.pop_front();
    }
    return text;
  }

  EventHub& hub;
  const int log_number;
  std::int64_t sent;     // every event up to it was sent, or is not for this caller
  bool complete = true;  // nothing that was to be replayed had been deleted

 private:
  struct ChangedStore {
    std::string uid;
    Frame frame;
  };

  /// What waits was chosen for who the caller was; the client reads anew what he may see now.
  void access_changed() {
    stores_.clear();
    resync_ = true;
    if (wake_ != nullptr) wake_->cancel();
  }

  const Principal caller_;
  const std::shared_ptr<AccessLease> lease_;
  Budget::Lease place_;
  asio::steady_timer* wake_ = nullptr;
  std::deque<ChangedStore> stores_;
  bool resync_ = true;  // the client must read the stores: at the beginning, and when there were too many
};

EventHub::EventHub(StoreGateway& stores, EventFeed& feed, prometheus::Registry& registry,
                   EventHubOptions options)
    : feed_(feed),
      options_(options),
      streams_(options.streams),
      streams_gauge_(prometheus::BuildGauge()
                         .Name("storefleet_stream_clients")
                         .Help("Open event streams.")
                         .Register(registry)
                         .Add({})),
      left_behind_(prometheus::BuildCounter()
                       .Name("storefleet_stream_left_behind_total")
                       .Help("Event streams closed because their client read too slowly.")
                       .Register(registry)
                       .Add({})) {
  stores.on_change([this](const Store* old, const Store* now) { store_changed(old, now); });
}

EventHub::~EventHub() {
  if (open_streams() > 0)
    log_error("streams are open while their hub ends", {{"count", std::to_string(open_streams())}});
}

Task<void> EventHub::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  bool said = false;
  while (true) {
    const auto caught_up = co_await catch_up();
    auto state = co_await asio::this_coro::cancellation_state;
    if (cancelled(state)) co_return;
    if (caught_up) {
      said = false;
      co_await feed_.changed();
    } else {
      if (!std::exchange(said, true))
        log_warning("the event log cannot be followed", {{"error", caught_up.error().message}});
      co_await sleep_for(options_.read_pause);
    }
    state = co_await asio::this_coro::cancellation_state;
    if (cancelled(state)) co_return;
  }
}

Task<Result<void>> EventHub::catch_up() {
  const auto last = co_await feed_.last_sequence();
  if (!last) co_return std::unexpected(last.error());
  if (*last < position_) {
    log_error("the event log is older than it was: streams begin anew",
              {{"last", std::to_string(*last)}, {"position", std::to_string(position_)}});
    recent_.clear();
    positioned_ = false;
    ++log_number_;
  }
  if (!positioned_) {
    position_ = std::max<std::int64_t>(0, *last - static_cast<std::int64_t>(options_.recent));
    positioned_ = true;
  }
  while (position_ < *last) {
    const auto page = co_await feed_.after(position_, options_.page);
    if (!page) co_return std::unexpected(page.error());
    for (const auto& event : *page) publish(event);
    if (!page->empty()) continue;
    recent_.clear();  // the rest has been deleted
    position_ = *last;
  }
  caught_up_ = true;
  co_return Result<void>{};
}

void EventHub::publish(const StoreEvent& event) {
  if (!recent_.empty() && event.sequence != recent_.back().sequence + 1) recent_.clear();
  recent_.push_back({event.sequence, event.team, event.team_id, event_frame(event)});
  if (recent_.size() > options_.recent) recent_.pop_front();
  position_ = event.sequence;
  for (auto* subscription : live_) subscription->log_grew(recent_.back());
}

void EventHub::store_changed(const Store* old, const Store* now) {
  if (live_.empty()) return;
  if (old != nullptr && (now == nullptr || now->uid != old->uid)) {
    const json::object gone{{"name", old->name}, {"uid", old->uid}};
    send_store(old->uid, old->spec.team,
               std::make_shared<const std::string>(
                   http::format_event({.event = "store-deleted", .data = json::serialize(gone)})));
    old = nullptr;
  }
  if (now == nullptr) return;
  const auto shown = json::serialize(store_dto(*now));
  if (old != nullptr && json::serialize(store_dto(*old)) == shown) return;
  send_store(now->uid, now->spec.team,
             std::make_shared<const std::string>(http::format_event({.event = "store", .data = shown})));
}

void EventHub::send_store(const std::string& uid, const std::string& team, const Frame& frame) {
  for (auto* subscription : live_)
    if (subscription->sees(team)) subscription->store_changed(uid, frame);
}

bool EventHub::remembers_after(std::int64_t sequence) const {
  if (sequence >= position_) return true;
  return !recent_.empty() && sequence + 1 >= recent_.front().sequence;
}

std::chrono::milliseconds EventHub::spread(std::chrono::milliseconds duration) {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> around(duration.count() * 3 / 4,
                                                                       duration.count() * 5 / 4);
  return std::chrono::milliseconds(around(random_));
}

Task<std::expected<EventHub::Stream, Problem>> EventHub::open(Principal caller,
                                                              std::optional<std::int64_t> after,
                                                              std::shared_ptr<AccessLease> lease) {
  if (!caught_up_)
    co_return refuse(
        {ErrorCode::kUnavailable, "The event log has not been read yet.", Reason::kDatabaseUnreachable});
  if (after && *after > position_) {  // another replica may know more than this one does yet
    const auto last = co_await feed_.last_sequence();
    if (!last) co_return refuse(last.error());
    if (*after > *last)
      co_return std::unexpected(
          Problem{.status = 400,
                  .code = ProblemCode::kInvalidParameter,
                  .detail = fmt::format("Last-Event-ID is {}, the last event is {}.", *after, *last),
                  .remedy = "Connect without it and read the stores anew."});
  }
  auto place = streams_.take("user/" + caller.name);
  if (!place) {
    const bool own = place.error() == Exhausted::kHolder;
    co_return std::unexpected(Problem{.status = own ? 429U : 503U,
                                      .code = ProblemCode::kTooManyStreams,
                                      .detail = own ? "You have as many streams open as one user may."
                                                    : "This server has as many streams open as it allows.",
                                      .remedy = "Try again, or close streams that nobody reads.",
                                      .retry_after = 5});
  }
  auto subscription = std::make_shared<Subscription>(*this, std::move(caller), after.value_or(position_),
                                                     std::move(lease), *std::move(place));
  co_return Stream([subscription = std::move(subscription)](http::ResponseStream& stream) {
    return serve(stream, subscription);
  });
}

Task<void> EventHub::serve(http::ResponseStream& stream, std::shared_ptr<Subscription> subscription) {
  co_await asio::this_coro::throw_if_cancelled(false);
  auto greeting = http::format_retry(subscription->hub.spread(subscription->hub.options_.retry));
  const auto greeted = co_await stream.write(std::move(greeting));
  if (!greeted) co_return;
  const bool replayed = co_await replay(stream, subscription);
  if (replayed) co_await follow(stream, subscription);
}

Task<void> EventHub::say_end(http::ResponseStream& stream, std::shared_ptr<Subscription> subscription) {
  auto last = end_frame(subscription->ended());
  co_await stream.write(std::move(last));
}

/// Sends what the client missed; false where the stream must end.
Task<bool> EventHub::replay(http::ResponseStream& stream, std::shared_ptr<Subscription> subscription) {
  auto& self = *subscription;
  auto& hub = self.hub;
  while (self.sent < hub.position_) {
    std::string text;
    if (hub.remembers_after(self.sent)) {
      text = self.take_log();
    } else {
      const auto page = co_await hub.feed_.after(self.sent, hub.options_.page);
      if (!page) co_return false;  // the client comes again
      if (page->empty() || page->front().sequence != self.sent + 1) self.complete = false;
      if (page->empty()) self.sent = hub.position_;
      for (const auto& event : *page) {
        if (self.sees_event(event.team, event.team_id)) text += event_frame(event);
        self.sent = event.sequence;
      }
    }
    if (!text.empty()) {
      const auto written = co_await stream.write(std::move(text));
      if (!written) co_return false;
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (cancelled(state) || !stream.open()) co_return false;
    if (!self.ended().empty()) {
      co_await say_end(stream, subscription);
      co_return false;
    }
  }
  co_return true;
}

/// Sends what happens until the stream ends. Begins without a pause after the last look at the log, so that
/// nothing is missed between the two.
Task<void> EventHub::follow(http::ResponseStream& stream, std::shared_ptr<Subscription> subscription) {
  auto& self = *subscription;
  const auto& options = self.hub.options_;
  const auto executor = co_await asio::this_coro::executor;
  const auto ends = steady_clock::now() + self.hub.spread(options.lifetime);
  auto heartbeat = steady_clock::now() + options.heartbeat;
  asio::steady_timer wake(executor);
  struct Leave {
    Subscription& subscription;
    ~Leave() { subscription.leave(); }
  } const leave{self};
  self.join(wake);
  while (true) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (cancelled(state) || !stream.open() || steady_clock::now() >= ends) co_return;
    if (self.log_number != self.hub.log_number_) co_return;
    if (!self.ended().empty()) co_return co_await say_end(stream, subscription);
    if (!self.hub.remembers_after(self.sent)) {
      self.hub.left_behind_.Increment();
      co_return;
    }
    auto text = self.take();
    if (text.empty() && steady_clock::now() >= heartbeat) text = heartbeat_frame(self.sent);
    if (text.empty()) {
      wake.expires_at(std::min(heartbeat, ends));
      co_await wake.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    const auto written = co_await stream.write(std::move(text));
    if (!written) co_return;
    heartbeat = steady_clock::now() + options.heartbeat;
  }
}

}  // namespace storefleet::api
