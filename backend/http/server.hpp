#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace storefleet {

struct HttpServerOptions {
  std::string address = "0.0.0.0";                  // an IP address; "::" listens on both families
  std::uint16_t port = 0;                           // 0: any free one, see HttpServer::port()
  std::size_t max_header_bytes = 16'384;            // more is answered 431
  std::size_t max_body_bytes = 1'048'576;           // more is answered 413
  std::size_t max_connections = 4096;               // more are closed at once
  std::chrono::milliseconds read_timeout{10'000};   // for one request, from its first byte
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

  /// Sends one piece and returns when the socket took it. Unavailable when the client has gone,
  /// DeadlineExceeded when it does not read: end the stream then. Await one write at a time.
  virtual Task<Result<void>> write(std::string bytes) = 0;

  /// False as soon as the client has closed its side, noticed without writing, or the server stops.
  [[nodiscard]] virtual bool open() const = 0;
};

/// An HTTP/1.1 server without TLS (the ingress terminates it). One coroutine a connection, all on the
/// executor's one thread. A request that cannot be parsed is answered 400 and its connection closed.
/// Start and stop are explicit: after listen() succeeded, stop() must be awaited before destruction.
class HttpServer {
 public:
  using Handler = std::function<Task<HttpResponse>(HttpRequest)>;

  HttpServer(const asio::any_io_executor& executor, HttpServerOptions options, Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// Binds and starts to serve. Unavailable when the address is in use.
  Result<void> listen();

  /// The bound port; 0 before listen().
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t open_connections() const;

  /// Accepts nothing more, closes idle connections, cancels streaming responses, lets running requests end
  /// within `deadline`, then cancels the rest.
  Task<void> stop(std::chrono::milliseconds deadline);

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace storefleet
