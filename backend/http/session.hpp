#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/server.hpp"
#include "http/transport.hpp"
#include "http/wire.hpp"

namespace storefleet::http {

/// One connection of an HttpServer, from accept to close. Internal to http/. Runs as one task; its
/// surroundings must outlive it.
class Session {
 public:
  /// What all sessions of a server share.
  struct Surroundings {
    const ServerOptions& options;
    const Server::Handler& handler;
    ConnectionTable& table;
    std::vector<char>& buffer;
  };

  Session(asio::ip::tcp::socket socket, std::string address, const Surroundings& surroundings,
          ConnectionTable::Id id);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Serves requests until the connection ends.
  Task<void> run();

  /// No further request: closes if idle, ends a streaming response, lets a running request end.
  void drain();

  /// Ends at once: somebody else needs the place.
  void evict() { transport_.close(); }

 private:
  enum class Activity { kReading, kHandling, kStreaming };
  enum class Next { kRequest, kClose };

  class Stream;

  Task<bool> read_request();
  Task<bool> admit_body();
  Task<Next> respond(Request request);
  Task<void> refuse(unsigned status, std::string message);
  Task<void> answer_and_close(Response response);
  void set_waiting(ConnectionTable::Waiting waiting);
  Task<Result<void>> write(std::string_view head, std::string_view body = {});
  Task<Response> handle(Request request);
  Task<void> run_stream(Response response);

  const ServerOptions& options_;
  const Server::Handler& handler_;
  ConnectionTable& table_;
  std::vector<char>& buffer_;  // of all sessions: its content is gone after the next co_await
  const ConnectionTable::Id id_;
  asio::any_io_executor executor_;
  Transport transport_;
  Watchdog watchdog_;
  RequestReader reader_;
  std::string remote_address_;
  std::optional<BodyVerdict> body_;  // of the request in hand, once it was asked for
  bool first_ = true;                // no request came yet
  Activity activity_ = Activity::kReading;
  bool keep_alive_ = false;  // of the request in hand
  bool draining_ = false;
};

}  // namespace storefleet::http
