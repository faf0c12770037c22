#include "api/stream/event_hub.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/stream/subscription.hpp"
#include "base/log.hpp"
#include "http/sse.hpp"

namespace storefleet::api {
namespace {

using std::chrono::steady_clock;

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
class EventHub::OpenStream {
 public:
  OpenStream(EventHub& owner, Principal who, std::int64_t after, std::shared_ptr<AccessLease> access,
             Budget::Lease place)
      : hub(owner),
        log_number(owner.window_.log_number()),
        subscription(
            after, owner.options_.most_stores, [this](std::string_view team) { return sees(team); },
            [this](std::string_view team, const std::string& team_id) { return sees_event(team, team_id); }),
        caller_(std::move(who)),
        lease_(std::move(access)),
        place_(std::move(place)) {
    if (lease_) lease_->on_change([this] { subscription.access_changed(); });
    hub.streams_gauge_.Increment();
  }
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;
  ~OpenStream() {
    if (lease_) lease_->on_change(nullptr);
    hub.live_.erase(this);
    hub.streams_gauge_.Decrement();
  }

  /// Why the caller's access has ended; empty while it lasts.
  [[nodiscard]] std::string_view ended() const { return lease_ ? lease_->ended() : std::string_view(); }

  /// What happens wakes `timer` from here on, until leave().
  void join(asio::steady_timer& timer) {
    subscription.on_due([&timer] { timer.cancel(); });
    hub.live_.insert(this);
  }
  void leave() {
    hub.live_.erase(this);
    subscription.on_due(nullptr);
  }

  EventHub& hub;
  const int log_number;
  Subscription subscription;

 private:
  [[nodiscard]] const Principal& caller() const { return lease_ ? lease_->caller() : caller_; }
  [[nodiscard]] bool sees(std::string_view team) const { return hub.options_.visible(caller(), team); }
  [[nodiscard]] bool sees_event(std::string_view team, const std::string& team_id) const {
    return sees(team) &&
           (team_id.empty() || caller().role == PlatformRole::kAdmin || caller().team_ids.contains(team_id));
  }

  const Principal caller_;
  const std::shared_ptr<AccessLease> lease_;
  Budget::Lease place_;
};

EventHub::EventHub(StoreGateway& stores, EventFeed& feed, prometheus::Registry& registry,
                   EventHubOptions options)
    : feed_(feed),
      options_(options),
      window_(options.recent),
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
  const auto position = window_.position();
  if (!window_.learn_end(*last))
    log_error("the event log is older than it was: streams begin anew",
              {{"last", std::to_string(*last)}, {"position", std::to_string(position)}});
  while (window_.position() < *last) {
    const auto page = co_await feed_.after(window_.position(), options_.page);
    if (!page) co_return std::unexpected(page.error());
    for (const auto& event : *page) publish(event);
    if (page->empty()) window_.skip_to(*last);
  }
  caught_up_ = true;
  co_return Result<void>{};
}

void EventHub::publish(const StoreEvent& event) {
  const auto& entry = window_.append(event);
  for (auto* open : live_) open->subscription.log_grew(entry);
}

void EventHub::store_changed(const Store* old, const Store* now) {
  if (live_.empty()) return;
  if (old != nullptr && (now == nullptr || now->uid != old->uid)) {
    const json::object gone{{"name", old->name}, {"uid", old->uid}};
    send_store(old->uid, old->spec.team,
               http::format_event({.event = "store-deleted", .data = json::serialize(gone)}));
    old = nullptr;
  }
  if (now == nullptr) return;
  const auto shown = json::serialize(store_dto(*now));
  if (old != nullptr && json::serialize(store_dto(*old)) == shown) return;
  send_store(now->uid, now->spec.team, http::format_event({.event = "store", .data = shown}));
}

void EventHub::send_store(const std::string& uid, const std::string& team, std::string text) {
  const auto frame = std::make_shared<const std::string>(std::move(text));
  for (auto* open : live_) open->subscription.store_changed(team, uid, frame);
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
  if (after && *after > window_.position()) {  // another replica may know more than this one does yet
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
  auto open = std::make_shared<OpenStream>(*this, std::move(caller), after.value_or(window_.position()),
                                           std::move(lease), *std::move(place));
  co_return Stream([open = std::move(open)](http::ResponseStream& stream) { return serve(stream, open); });
}

Task<void> EventHub::serve(http::ResponseStream& stream, std::shared_ptr<OpenStream> open) {
  co_await asio::this_coro::throw_if_cancelled(false);
  auto greeting = http::format_retry(open->hub.spread(open->hub.options_.retry));
  const auto greeted = co_await stream.write(std::move(greeting));
  if (!greeted) co_return;
  const bool replayed = co_await replay(stream, open);
  if (replayed) co_await follow(stream, open);
}

Task<void> EventHub::say_end(http::ResponseStream& stream, std::shared_ptr<OpenStream> open) {
  auto last = end_frame(open->ended());
  co_await stream.write(std::move(last));
}

/// Sends what the client missed; false where the stream must end.
Task<bool> EventHub::replay(http::ResponseStream& stream, std::shared_ptr<OpenStream> open) {
  auto& hub = open->hub;
  auto& subscription = open->subscription;
  while (subscription.sent() < hub.window_.position()) {
    std::string text;
    if (hub.window_.remembers_after(subscription.sent())) {
      text = subscription.take_log(hub.window_);
    } else {
      const auto page = co_await hub.feed_.after(subscription.sent(), hub.options_.page);
      if (!page) co_return false;  // the client comes again
      text = subscription.take_page(*page, hub.window_.position());
    }
    if (!text.empty()) {
      const auto written = co_await stream.write(std::move(text));
      if (!written) co_return false;
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (cancelled(state) || !stream.open()) co_return false;
    if (!open->ended().empty()) {
      co_await say_end(stream, open);
      co_return false;
    }
  }
  co_return true;
}

/// Sends what happens until the stream ends. Begins without a pause after the last look at the log, so that
/// nothing is missed between the two.
Task<void> EventHub::follow(http::ResponseStream& stream, std::shared_ptr<OpenStream> open) {
  auto& hub = open->hub;
  auto& subscription = open->subscription;
  const auto& options = hub.options_;
  const auto executor = co_await asio::this_coro::executor;
  const auto ends = steady_clock::now() + hub.spread(options.lifetime);
  auto heartbeat = steady_clock::now() + options.heartbeat;
  asio::steady_timer wake(executor);
  struct Leave {
    OpenStream& open;
    ~Leave() { open.leave(); }
  } const leave{*open};
  open->join(wake);
  while (true) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (cancelled(state) || !stream.open() || steady_clock::now() >= ends) co_return;
    if (open->log_number != hub.window_.log_number()) co_return;
    if (!open->ended().empty()) co_return co_await say_end(stream, open);
    if (!hub.window_.remembers_after(subscription.sent())) {
      hub.left_behind_.Increment();
      co_return;
    }
    auto text = subscription.take(hub.window_);
    if (text.empty() && steady_clock::now() >= heartbeat) text = heartbeat_frame(subscription.sent());
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
