#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/server.hpp"
#include "http/transport.hpp"
#include "http/wire.hpp"

namespace storefleet {

/// One connection of an HttpServer, from accept to close. Internal to http/. Runs as one task; options and
/// handler must outlive it.
class Session {
 public:
  Session(asio::ip::tcp::socket socket, const HttpServerOptions& options, const HttpServer::Handler& handler);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Serves requests until the connection ends.
  Task<void> run();

  /// No further request: closes if idle, ends a streaming response, lets a running request end.
  void drain();

 private:
  enum class Activity { kReading, kHandling, kStreaming };
  enum class Next { kRequest, kClose };

  class Stream;

  Task<bool> read_request();
  Task<Next> respond(HttpRequest request);
  Task<void> refuse(RequestReader::Refusal refusal);
  Task<Result<void>> write(std::string_view head, std::string_view body = {});
  Task<HttpResponse> handle(HttpRequest request);
  Task<void> run_stream(HttpResponse response);

  const HttpServerOptions& options_;
  const HttpServer::Handler& handler_;
  asio::any_io_executor executor_;
  Transport transport_;
  Watchdog watchdog_;
  RequestReader reader_;
  std::vector<char> buffer_;
  std::string remote_address_;
  Activity activity_ = Activity::kReading;
  bool keep_alive_ = false;  // of the request in hand
  bool draining_ = false;
};

}  // namespace storefleet
