#include "http/session.hpp"

#include <tuple>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "base/log.hpp"

namespace storefleet::http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Response plain_text(unsigned status, std::string text) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(text);
  return response;
}

}  // namespace

/// What the handler's stream function writes to. Its writes have a watchdog of their own: the session's
/// reading side stays open meanwhile to notice the client leave.
class Session::Stream : public ResponseStream {
 public:
  Stream(Session& session, std::string head)
      : session_(session), watchdog_(session.executor_, session.transport_), head_(std::move(head)) {}

  Task<Result<void>> write(std::string bytes) override {
    if (!open_) co_return fail(ErrorCode::kUnavailable, "the client has gone");
    const auto chunk = format_chunk(bytes);
    const auto head = std::exchange(head_, {});
    if (head.empty() && chunk.empty()) co_return Result<void>{};
    watchdog_.arm(session_.options_.write_timeout);
    const auto written = co_await session_.transport_.write(head, chunk);
    watchdog_.disarm();
    if (written) co_return written;
    client_left();
    co_return std::unexpected(watchdog_.explain(written.error()));
  }

  bool answer_instead(Response response) override {
    if (head_.empty()) return false;
    instead_ = std::move(response);
    return true;
  }

  [[nodiscard]] bool open() const override { return open_; }

  /// Runs the handler's function; its end wakes the session, which waits for the client to leave.
  static Task<void> run(Stream& stream, const Response& response) {
    try {
      co_await response.stream(stream);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) stream.failed(error);
    } catch (const std::exception& error) {
      stream.failed(error);
    }
    // A stream that the server ends is a whole one too: its task was cancelled, its last chunk must not be.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    if (!stream.broken_) co_await stream.write_last();
    stream.finished_ = true;
    boost::system::error_code ignored;
    std::ignore = stream.session_.transport_.socket().cancel(ignored);
  }

  void client_left() {
    open_ = false;
    broken_ = true;
  }
  void close() { open_ = false; }
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  void failed(const std::exception& error) {
    log_error("a streaming response failed", {{"error", error.what()}});
    broken_ = true;
  }

  Task<void> write_last() {
    watchdog_.arm(session_.options_.write_timeout);
    if (instead_) {
      const auto head = response_head(*instead_, Framing::kContentLength, Connection::kClose);
      co_await session_.transport_.write(head, instead_->body);
    } else {
      const auto head = std::exchange(head_, {});
      co_await session_.transport_.write(head, kLastChunk);
    }
    watchdog_.disarm();
  }

  Session& session_;
  Watchdog watchdog_;
  std::string head_;  // until it was sent
  std::optional<Response> instead_;
  bool open_ = true;
  bool broken_ = false;  // nothing more can be sent, or what was sent must not look complete
  bool finished_ = false;
};

Session::Session(asio::ip::tcp::socket socket, std::string address, const Surroundings& surroundings,
                 ConnectionTable::Id id)
    : options_(surroundings.options),
      handler_(surroundings.handler),
      table_(surroundings.table),
      buffer_(surroundings.buffer),
      id_(id),
      executor_(socket.get_executor()),
      transport_(std::move(socket)),
      watchdog_(executor_, transport_),
      reader_(options_.max_header_bytes, options_.max_body_bytes),
      remote_address_(std::move(address)) {
  boost::system::error_code ignored;
  std::ignore = transport_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

Session::~Session() = default;

void Session::set_waiting(ConnectionTable::Waiting waiting) {
  table_.set_waiting(id_, waiting, ConnectionTable::Clock::now());
}

void Session::drain() {
  draining_ = true;
  if (activity_ == Activity::kReading) transport_.close();
  if (activity_ == Activity::kStreaming) {
    boost::system::error_code ignored;
    std::ignore = transport_.socket().cancel(ignored);
  }
}

Task<void> Session::run() {
  while (true) {
    activity_ = Activity::kReading;
    set_waiting(ConnectionTable::Waiting::kIdle);
    const bool complete = co_await read_request();
    if (!complete) co_return;
    activity_ = Activity::kHandling;
    set_waiting(ConnectionTable::Waiting::kNo);
    first_ = false;
    watchdog_.disarm();
    keep_alive_ = reader_.keep_alive();
    auto request = reader_.take();
    request.remote_address = remote_address_;
    const auto next = co_await respond(std::move(request));
    body_.reset();
    if (next == Next::kClose) co_return;
  }
}

/// False when the connection is over: closed, timed out or refused.
Task<bool> Session::read_request() {
  watchdog_.arm(first_ ? options_.read_timeout : options_.idle_timeout);
  bool started = false;
  std::string_view bytes;  // a pipelined request may be waiting in the reader already
  while (true) {
    auto refusal = reader_.feed(bytes);
    if (refusal) {
      co_await refuse(refusal->status, std::move(refusal->message));
      co_return false;
    }
    if (reader_.started() && !started) {
      started = true;
      watchdog_.arm(options_.read_timeout);
      set_waiting(ConnectionTable::Waiting::kHalfway);
    }
    if (reader_.has_body() && !body_) {
      const bool admitted = co_await admit_body();
      if (!admitted) co_return false;
    }
    if (body_ && reader_.body_size() > body_->max_bytes) {
      co_await refuse(413, "the request body is too large");
      co_return false;
    }
    if (reader_.done()) co_return true;
    const auto count = co_await transport_.read_when_ready(buffer_);
    if (!count || *count == 0) co_return false;
    bytes = {buffer_.data(), *count};
  }
}

/// Asks the gate about the body that is about to come. False where the connection is over.
Task<bool> Session::admit_body() {
  BodyVerdict verdict{.max_bytes = options_.max_body_bytes};
  if (options_.gate != nullptr) {
    auto head = reader_.head();
    head.remote_address = remote_address_;
    auto asked = co_await options_.gate->admit_body(std::move(head), reader_.declared_length());
    verdict = std::move(asked);
  }
  if (verdict.refused) {
    co_await answer_and_close(*std::move(verdict.refused));
    co_return false;
  }
  body_ = std::move(verdict);
  if (!reader_.expects_continue()) co_return true;
  const auto written = co_await transport_.write(kContinue);
  co_return written.has_value();
}

Task<Session::Next> Session::respond(Request request) {
  const bool head_only = request.method == "HEAD";
  const bool keep_alive = keep_alive_;
  auto response = co_await handle(std::move(request));
  const auto hold = options_.gate != nullptr ? options_.gate->take_hold() : nullptr;
  if (response.stream && !head_only) {
    body_.reset();  // the request is done with: a stream may last an hour
    co_await run_stream(std::move(response));
    co_return Next::kClose;
  }
  const auto next = keep_alive && !draining_ ? Next::kRequest : Next::kClose;
  const auto head = response_head(response, Framing::kContentLength,
                                  next == Next::kClose ? Connection::kClose : Connection::kKeepAlive);
  const bool bodiless = head_only || response.status == 204 || response.status == 304;
  set_waiting(ConnectionTable::Waiting::kHalfway);
  const auto written = co_await write(head, bodiless ? std::string_view{} : response.body);
  co_return written ? next : Next::kClose;
}

Task<Response> Session::handle(Request request) {
  try {
    auto response = co_await handler_(std::move(request));
    co_return response;
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;  // the server is stopping
    log_error("a request handler failed", {{"error", error.what()}});
  } catch (const std::exception& error) {
    log_error("a request handler failed", {{"error", error.what()}});
  }
  co_return plain_text(500, "internal error\n");
}

Task<void> Session::refuse(unsigned status, std::string message) {
  auto response =
      options_.gate != nullptr ? options_.gate->refusal(status, message) : plain_text(status, message + "\n");
  co_await answer_and_close(std::move(response));
}

Task<void> Session::answer_and_close(Response response) {
  const auto head = response_head(response, Framing::kContentLength, Connection::kClose);
  const auto written = co_await write(head, response.body);
  if (!written) co_return;
  // Closing with unread bytes would reset the connection and may take the answer with it: read on a little.
  boost::system::error_code ignored;
  std::ignore = transport_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  watchdog_.arm(std::chrono::milliseconds(1000));
  for (int pieces = 0; pieces < 256; ++pieces) {
    const auto count = co_await transport_.read_when_ready(buffer_);
    if (!count || *count == 0) co_return;
  }
}

Task<Result<void>> Session::write(std::string_view head, std::string_view body) {
  watchdog_.arm(options_.write_timeout);
  const auto written = co_await transport_.write(head, body);
  co_return written;
}

Task<void> Session::run_stream(Response response) {
  auto head = response_head(response, Framing::kChunked, Connection::kClose);
  watchdog_.disarm();
  // The stream's task must have ended before this frame goes, also when this task is cancelled.
  co_await asio::this_coro::throw_if_cancelled(false);
  activity_ = Activity::kStreaming;
  Stream stream(*this, std::move(head));
  TaskScope scope(executor_);
  scope.spawn("response stream", Stream::run(stream, response));
  while (!stream.finished() && !draining_) {
    const auto count = co_await transport_.read_when_ready(buffer_);
    if (!count || *count == 0) break;  // left, woken by the stream's end or by drain(), or cancelled
  }
  if (draining_)
    stream.close();
  else if (!stream.finished())
    stream.client_left();
  scope.cancel();
  co_await scope.join();
  co_await asio::this_coro::throw_if_cancelled(true);
}

}  // namespace storefleet::http
