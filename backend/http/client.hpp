#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace storefleet::http {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // IPv6 addresses without brackets
  std::uint16_t port = 0;
  std::string target = "/";
};

/// Reads an absolute http or https URL; a missing port becomes the scheme's. InvalidArgument otherwise.
/// User information is refused: it would end up in logs.
Result<Url> parse_url(std::string_view text);

enum class TlsVerification { kPeerAndName, kNone };

struct TlsOptions {
  std::string ca_pem = {};           // trusted roots; empty: the operating system's
  std::string certificate_pem = {};  // client certificate chain, with `key_pem`; empty: none
  std::string key_pem = {};
  std::string server_name = {};  // for SNI and verification; empty: `HttpClientOptions::host`
  TlsVerification verification = TlsVerification::kPeerAndName;
};

/// Leave for one exchange.
struct Permit {
  std::chrono::milliseconds at_most;
  std::shared_ptr<void> held = {};  // let go of when the exchange has ended
};

struct ClientOptions {
  /// Where to connect. The Host header is a header like any other: set it in a request to reach virtual
  /// host B at address A; without one it is made from `host` and `port`.
  std::string host = {};
  std::uint16_t port = 80;
  std::optional<TlsOptions> tls = std::nullopt;
  std::size_t max_connections = 8;  // further requests wait, first come first served
  std::size_t max_response_bytes = std::size_t{64} * 1024 * 1024;  // body; more is as `overlong` says
  OverlongBody overlong = OverlongBody::kFail;
  std::chrono::milliseconds idle_lifetime{30'000};  // a pooled connection unused for longer is not reused
  /// Asked right before a request leaves, when it has its connection: leave, or why it must not begin. Of a
  /// client with this nothing is delivered after a call has ended: its connections are reset, not closed, so
  /// that the system does not go on sending what was given up. Empty: every request may.
  std::function<Result<Permit>(const Request&)> permit = {};
};

/// `head`: until the response head is read, connecting included. `idle`: between two pieces of body.
struct StreamDeadlines {
  std::chrono::milliseconds head{15'000};
  std::chrono::milliseconds idle{60'000};
};

/// An HTTP/1.1 client of one origin with a pool of kept-alive connections (TLS 1.2 or newer if asked).
/// Errors: Unavailable (resolve, refuse, reset, TLS), DeadlineExceeded, Cancelled (the awaiting task was
/// cancelled), Internal (not HTTP, or larger than OverlongBody::kFail takes). An HTTP error status is a
/// response, not an error. All calls come from the executor's one thread; it must outlive every call.
class Client {
 public:
  /// InvalidArgument if certificates or key cannot be read.
  static Result<std::unique_ptr<Client>> create(asio::any_io_executor executor, ClientOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// Sends one request and reads the whole response. When a connection taken from the pool turns out to be
  /// closed before a byte of the response came, an idempotent request (RFC 9110, 9.2.2) is sent once more, on
  /// a new connection; any other fails with Unavailable.
  Task<Result<Response>> send(Request request, std::chrono::milliseconds deadline);

  /// Sends one request on a connection of its own (outside the pool's limit) and hands a 2xx body to
  /// `on_chunk` piece by piece until it ends or `on_chunk` returns false. The response returned then has no
  /// body. With another status nothing is streamed and the response holds its body.
  Task<Result<Response>> stream(Request request, StreamDeadlines deadlines,
                                std::function<bool(std::string_view)> on_chunk);

  /// Connections that are open in the pool, busy or idle.
  [[nodiscard]] std::size_t open_connections() const;

 private:
  class Pool;
  explicit Client(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace storefleet::http
