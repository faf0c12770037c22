#include "http/client.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "http/transport.hpp"
#include "http/wire.hpp"

namespace storefleet::http {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
constexpr std::size_t kReadBytes = 32'768;

std::string host_header(const ClientOptions& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  const auto host = is_ipv6 ? fmt::format("[{}]", options.host) : options.host;
  const std::uint16_t standard = options.tls ? 443 : 80;
  return options.port == standard ? host : fmt::format("{}:{}", host, options.port);
}

}  // namespace

/// The connections. A slot is the right to have one open; it is held by whoever uses or keeps it.
class Client::Pool {
 public:
  Pool(asio::any_io_executor executor, ClientOptions options, std::unique_ptr<asio::ssl::context> tls)
      : executor_(std::move(executor)),
        options_(std::move(options)),
        tls_(std::move(tls)),
        host_header_(host_header(options_)) {}

  struct Idle {
    std::unique_ptr<Transport> transport;
    SteadyTime since;
  };

  /// A slot, perhaps with a connection that was used before. Gives both back when it goes.
  class Lease {
   public:
    explicit Lease(Pool& pool) : pool_(&pool) {}
    Lease(Lease&& other) noexcept
        : transport(std::move(other.transport)),
          reused(other.reused),
          pool_(std::exchange(other.pool_, nullptr)) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back();
    }

    /// Puts the connection into the pool for the next request.
    void keep() {
      if (transport) pool_->idle_.push_back({std::move(transport), std::chrono::steady_clock::now()});
    }

    std::unique_ptr<Transport> transport = {};
    bool reused = false;

   private:
    Pool* pool_;
  };

  Task<Result<Lease>> acquire(SteadyTime until) {
    if (used_ < options_.max_connections && waiters_.empty()) {
      ++used_;
      co_return with_idle(Lease(*this));
    }
    const auto place = waiters_.emplace(waiters_.end(), executor_, until);
    const auto [error] = co_await place->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const bool granted = place->granted;
    waiters_.erase(place);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    const bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
    if (granted) {
      Lease lease(*this);
      if (!cancelled) co_return with_idle(std::move(lease));
    }
    if (error) co_return fail(ErrorCode::kCancelled, "waiting for a connection was cancelled");
    co_return fail(ErrorCode::kDeadlineExceeded, "no connection became free before the deadline");
  }

  /// A new connection, ready for a request.
  Task<Result<std::unique_ptr<Transport>>> connect(SteadyTime until) {
    const auto endpoints = co_await resolve(options_.host, options_.port, until);
    if (!endpoints) co_return std::unexpected(endpoints.error());
    Error last{ErrorCode::kUnavailable, fmt::format("{} has no address", options_.host)};
    for (const auto& endpoint : *endpoints) {
      auto transport = std::make_unique<Transport>(executor_, tls_.get());
      Watchdog watchdog(executor_, *transport);
      watchdog.arm(until);
      auto outcome = co_await transport->connect(endpoint);
      if (outcome && options_.permit) transport->reset_on_close();
      if (outcome && tls_) {
        const auto& name = options_.tls->server_name;
        outcome =
            co_await transport->handshake(name.empty() ? options_.host : name, options_.tls->verification);
      }
      if (outcome) co_return transport;
      last = watchdog.explain(outcome.error()).within(fmt::format("{}:{}", options_.host, options_.port));
      if (last.code != ErrorCode::kUnavailable) break;
    }
    co_return std::unexpected(last);
  }

  /// Closes what is idle: one stale connection means that the server dropped them all.
  void forget_idle() { idle_.clear(); }

  [[nodiscard]] const ClientOptions& options() const { return options_; }
  [[nodiscard]] const std::string& default_host() const { return host_header_; }
  [[nodiscard]] const asio::any_io_executor& executor() const { return executor_; }
  [[nodiscard]] std::size_t open() const { return used_ + idle_.size(); }

 private:
  struct Waiter {
    Waiter(const asio::any_io_executor& executor, SteadyTime until) : timer(executor, until) {}
    asio::steady_timer timer;
    bool granted = false;
  };

  Lease with_idle(Lease lease) {
    const auto oldest = std::chrono::steady_clock::now() - options_.idle_lifetime;
    while (!idle_.empty()) {
      auto idle = std::move(idle_.back());
      idle_.pop_back();
      if (idle.since < oldest || !idle.transport->looks_alive()) continue;
      lease.transport = std::move(idle.transport);
      lease.reused = true;
      break;
    }
    return lease;
  }

  void give_back() {
    for (auto& waiter : waiters_) {
      if (waiter.granted) continue;
      waiter.granted = true;
      waiter.timer.cancel();
      return;
    }
    --used_;
  }

  asio::any_io_executor executor_;
  ClientOptions options_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::string host_header_;
  std::size_t used_ = 0;  // slots in use or granted; idle connections hold none
  std::vector<Idle> idle_;
  std::list<Waiter> waiters_;
};

namespace {

/// Sends a request and reads until the response is complete; `answered` tells whether any byte came.
Task<Result<void>> exchange(Transport& transport, std::string_view head, std::string_view body,
                            ResponseReader& reader, bool& answered) {
  const auto written = co_await transport.write(head, body);
  if (!written) co_return written;
  std::vector<char> buffer(kReadBytes);
  while (!reader.done() && !reader.cut()) {
    const auto count = co_await transport.read_some(buffer);
    if (!count) co_return std::unexpected(count.error());
    if (*count == 0) co_return reader.end_of_stream();
    answered = true;
    auto fed = reader.feed({buffer.data(), *count});
    if (!fed) co_return fed;
  }
  co_return Result<void>{};
}

}  // namespace

Client::Client(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::create(asio::any_io_executor executor, ClientOptions options) {
  std::unique_ptr<asio::ssl::context> tls;
  if (options.tls) {
    auto made = make_tls_context(*options.tls);
    if (!made) return std::unexpected(made.error());
    tls = std::move(*made);
  }
  auto pool = std::make_unique<Pool>(std::move(executor), std::move(options), std::move(tls));
  return std::unique_ptr<Client>(new Client(std::move(pool)));
}

std::size_t Client::open_connections() const {
  return pool_->open();
}

Task<Result<Response>> Client::send(Request request, std::chrono::milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  const auto head = request_head(request, pool_->default_host());
  if (!head) co_return std::unexpected(head.error());
  auto lease = co_await pool_->acquire(until);
  if (!lease) co_return std::unexpected(lease.error());
  while (true) {
    if (!lease->transport) {
      auto connected = co_await pool_->connect(until);
      if (!connected) co_return std::unexpected(connected.error());
      lease->transport = std::move(*connected);
      lease->reused = false;
    }
    ResponseReader reader(pool_->options().max_response_bytes, request.method, {}, pool_->options().overlong);
    bool answered = false;
    Watchdog watchdog(pool_->executor(), *lease->transport);
    auto end = until;
    Permit leave{};
    if (const auto& permit = pool_->options().permit) {
      auto allowed = permit(request);
      if (!allowed) {
        lease->keep();
        co_return std::unexpected(allowed.error());
      }
      leave = *std::move(allowed);
      end = std::min(end, std::chrono::steady_clock::now() + leave.at_most);
    }
    watchdog.arm(end);
    const auto outcome = co_await exchange(*lease->transport, *head, request.body, reader, answered);
    if (outcome) {
      if (reader.done() && reader.keep_alive() && !watchdog.expired()) lease->keep();
      co_return reader.take();
    }
    const auto error = watchdog.explain(outcome.error());
    const bool stale = error.code == ErrorCode::kUnavailable && lease->reused && !answered;
    if (!stale || !is_idempotent(request.method)) co_return std::unexpected(error);
    pool_->forget_idle();
    watchdog.disarm();
    lease->transport.reset();
  }
}

Task<Result<Response>> Client::stream(Request request, StreamDeadlines deadlines,
                                      std::function<bool(std::string_view)> on_chunk) {
  const auto until = std::chrono::steady_clock::now() + deadlines.head;
  const auto head = request_head(request, pool_->default_host());
  if (!head) co_return std::unexpected(head.error());
  const auto connected = co_await pool_->connect(until);
  if (!connected) co_return std::unexpected(connected.error());
  Transport& transport = **connected;
  Watchdog watchdog(pool_->executor(), transport);
  watchdog.arm(until);
  const auto written = co_await transport.write(*head, request.body);
  if (!written) co_return std::unexpected(watchdog.explain(written.error()));
  ResponseReader reader(pool_->options().max_response_bytes, request.method, std::move(on_chunk));
  std::vector<char> buffer(kReadBytes);
  while (!reader.done() && !reader.refused()) {
    const auto count = co_await transport.read_some(buffer);
    if (!count) co_return std::unexpected(watchdog.explain(count.error()));
    const auto fed = *count == 0 ? reader.end_of_stream() : reader.feed({buffer.data(), *count});
    if (!fed) co_return std::unexpected(fed.error());
    if (reader.head_done()) watchdog.arm(deadlines.idle);
  }
  co_return reader.take();
}

}  // namespace storefleet::http
