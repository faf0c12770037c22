#pragma once
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/client.hpp"

namespace storefleet::http {

// Byte streams over TCP, plain or TLS. Internal to http/.

/// One connection. Errors: Cancelled (the socket was closed here or the task cancelled), Unavailable.
/// One read and one write may run at the same time.
class Transport {
 public:
  /// Not connected; TLS if `tls` is not null, which must outlive it.
  Transport(const asio::any_io_executor& executor, asio::ssl::context* tls);
  /// An accepted connection, plain.
  explicit Transport(asio::ip::tcp::socket socket);
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  ~Transport() = default;

  Task<Result<void>> connect(asio::ip::tcp::endpoint endpoint);
  /// TLS client handshake; `server_name` for SNI and verification. Nothing to do without TLS.
  Task<Result<void>> handshake(std::string server_name, TlsVerification verification);

  /// Reads at least one byte into `buffer`, which must outlive the call; 0 at the end of the stream.
  Task<Result<std::size_t>> read_some(std::span<char> buffer);
  /// The same for a plain connection, but `buffer` is only written to once there is something, without a
  /// pause between that and the return: many connections can share one.
  Task<Result<std::size_t>> read_when_ready(std::span<char> buffer);
  /// Writes both texts as one; they must outlive the call.
  Task<Result<void>> write(std::string_view first, std::string_view second = {});

  /// From now on closing drops what was not delivered yet (SO_LINGER of zero).
  void reset_on_close();
  /// True if an idle connection can still be used: not closed and nothing unexpected to read.
  [[nodiscard]] bool looks_alive();
  /// Ends whatever runs with Cancelled.
  void close();
  asio::ip::tcp::socket& socket();

 private:
  std::optional<asio::ip::tcp::socket> plain_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket>> tls_;
};

/// Closes a transport at a point in time unless it is disarmed or destroyed before: one timer bounds
/// everything that happens on a connection.
class Watchdog {
 public:
  Watchdog(const asio::any_io_executor& executor, Transport& transport);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  void arm(std::chrono::steady_clock::time_point when);
  void arm(std::chrono::milliseconds delay) { arm(std::chrono::steady_clock::now() + delay); }
  void disarm();
  [[nodiscard]] bool expired() const { return state_->expired; }

  /// `error`, or DeadlineExceeded if it is this watchdog that caused it.
  [[nodiscard]] Error explain(Error error) const;

 private:
  struct State {
    asio::steady_timer timer;
    Transport* transport;
    bool expired = false;
  };
  std::shared_ptr<State> state_;
};

/// The addresses of a host: itself if it is an IP address, else by the system's resolver. The wait ends at
/// `until` or with cancellation even while the resolver still blocks.
Task<Result<std::vector<asio::ip::tcp::endpoint>>> resolve(std::string host, std::uint16_t port,
                                                           std::chrono::steady_clock::time_point until);

/// A client context of TLS 1.2 or newer. InvalidArgument if a PEM text cannot be read.
Result<std::unique_ptr<asio::ssl::context>> make_tls_context(const TlsOptions& options);

}  // namespace storefleet::http
