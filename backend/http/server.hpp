#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/connection_table.hpp"
#include "http/message.hpp"

namespace storefleet::http {

/// What may be sent after the head of a request.
struct BodyVerdict {
  std::size_t max_bytes = 0;                       // more is answered 413
  std::optional<Response> refused = std::nullopt;  // the answer, without any of the body
  std::shared_ptr<void> hold = {};                 // kept until the request is answered
};

/// Decides about requests before their bodies come, and words what a server answers by itself. Called from
/// the server's thread; must outlive it.
class RequestGate {
 public:
  RequestGate() = default;
  RequestGate(const RequestGate&) = delete;
  RequestGate& operator=(const RequestGate&) = delete;
  virtual ~RequestGate() = default;

  /// Asked once for each request with a body. `declared` is its length, nothing where only its end will tell
  /// (chunked); `head` is the request without it.
  virtual Task<BodyVerdict> admit_body(Request head, std::optional<std::uint64_t> declared) = 0;
  /// Asked right after a handler has ended, before anything else runs: what is to be kept until its response
  /// was sent, such as the share of a budget that the body takes.
  virtual std::shared_ptr<void> take_hold() { return nullptr; }
  /// The answer to what never becomes a request: malformed (400, 501), too large (413, 431).
  virtual Response refusal(unsigned status, const std::string& message) = 0;
};

struct ServerOptions {
  std::string address = "0.0.0.0";         // an IP address; "::" listens on both families
  std::uint16_t port = 0;                  // 0: any free one, see HttpServer::port()
  std::size_t max_header_bytes = 16'384;   // more is answered 431
  std::size_t max_body_bytes = 1'048'576;  // more is answered 413, before the gate is asked
  ConnectionLimits connections = {};
  std::function<bool(const std::string& address)> is_proxy = {};  // many people's address; none: nobody is
  RequestGate* gate = nullptr;                                    // none: every body up to max_body_bytes
  std::chrono::milliseconds read_timeout{
      10'000};  // for one request, from its first byte; and until the first
  std::chrono::milliseconds idle_timeout{75'000};   // between requests of one connection
  std::chrono::milliseconds write_timeout{30'000};  // for one response, or one piece of a stream
};

/// The body of a streaming response (chunked transfer coding).
class ResponseStream {
 public:
  ResponseStream() = default;
  ResponseStream(const ResponseStream&) = delete;
  ResponseStream& operator=(const ResponseStream&) = delete;
  virtual ~ResponseStream() = default;

  /// Sends one piece, the first one after the head, and returns when the socket took it; an empty piece sends
  /// the head alone. Unavailable when the client has gone, DeadlineExceeded when it does not read: end the
  /// stream then. Await one write at a time.
  virtual Task<Result<void>> write(std::string bytes) = 0;

  /// Before the first write: answers with that response, which is no stream, instead. Write nothing after it.
  /// False where it is too late.
  virtual bool answer_instead(
      Response /*response*/) {  // NOLINT(performance-unnecessary-value-param): others take it
    return false;
  }

  /// False as soon as the client has closed its side, noticed without writing, or the server stops.
  [[nodiscard]] virtual bool open() const = 0;
};

/// An HTTP/1.1 server without TLS (the ingress terminates it). One coroutine a connection, all on the
/// executor's one thread. A request that cannot be parsed is answered 400 and its connection closed.
/// Start and stop are explicit: after listen() succeeded, stop() must be awaited before destruction.
class Server {
 public:
  using Handler = std::function<Task<Response>(Request)>;

  Server(const asio::any_io_executor& executor, ServerOptions options, Handler handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Binds and starts to serve. Unavailable when the address is in use.
  Result<void> listen();

  /// The bound port; 0 before listen().
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t open_connections() const;
  /// Closed while they waited, to make room for others; and not let in. Since the start.
  [[nodiscard]] std::uint64_t evicted_connections() const;
  [[nodiscard]] std::uint64_t refused_connections() const;

  /// Accepts nothing more, closes idle connections, cancels streaming responses, lets running requests end
  /// within `deadline`, then cancels the rest.
  Task<void> stop(std::chrono::milliseconds deadline);

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace storefleet::http
