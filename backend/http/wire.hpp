#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"

namespace storefleet::http {

// HTTP/1.1 between bytes and messages (RFC 9112), without any I/O. Internal to http/.

/// The head of a request up to and with the empty line. Framing headers that the caller set are replaced;
/// `default_host` becomes Host where none is set. InvalidArgument if a part would break the framing.
Result<std::string> request_head(const Request& request, std::string_view default_host);

enum class Connection { kKeepAlive, kClose };
enum class Framing { kContentLength, kChunked };

/// The head of a response. A header that would break the framing makes it a 500 without headers.
std::string response_head(const Response& response, Framing framing, Connection connection);

/// One chunk of the chunked transfer coding; an empty text would end the body and yields nothing.
std::string format_chunk(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// True for methods that may be repeated (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

/// Reads one response after the other from bytes split anywhere; skips interim (1xx) ones.
class ResponseReader {
 public:
  /// Of a 2xx response the body goes to `on_chunk` if there is one; once it has returned false it is not
  /// called again.
  ResponseReader(std::size_t max_body_bytes, std::string_view method,
                 std::function<bool(std::string_view)> on_chunk = {},
                 OverlongBody overlong = OverlongBody::kFail);
  ~ResponseReader();

  /// Internal if these bytes are no HTTP or the body is too large.
  Result<void> feed(std::string_view bytes);
  /// The connection ended; fails with Unavailable unless that completes the response.
  Result<void> end_of_stream();

  [[nodiscard]] bool head_done() const;
  [[nodiscard]] bool done() const;
  [[nodiscard]] bool refused() const;  // on_chunk wants no more
  [[nodiscard]] bool cut() const;      // there is more of the body than was wanted; take() has the beginning
  [[nodiscard]] bool keep_alive() const;
  Response take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads one request after the other from bytes split anywhere.
class RequestReader {
 public:
  RequestReader(std::size_t max_header_bytes, std::size_t max_body_bytes);
  ~RequestReader();

  /// What is wrong with a request: the status to answer, and one sentence.
  struct Refusal {
    unsigned status = 400;
    std::string message;
  };

  std::optional<Refusal> feed(std::string_view bytes);
  [[nodiscard]] bool started() const;  // some byte of the current request has come
  [[nodiscard]] bool head_done() const;
  [[nodiscard]] bool done() const;
  [[nodiscard]] bool keep_alive() const;
  /// Its head, once it is there, has announced a body.
  [[nodiscard]] bool has_body() const;
  /// The body's length as announced; nothing where it comes in chunks.
  [[nodiscard]] std::optional<std::uint64_t> declared_length() const;
  /// What came of the body so far.
  [[nodiscard]] std::size_t body_size() const;
  /// The client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_continue() const;

  /// The request without its body, once the head is there.
  [[nodiscard]] Request head() const;
  /// The complete request; the reader is then ready for the next one, of which bytes may have come already:
  /// call feed("").
  Request take();

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::size_t max_header_bytes_;
  std::size_t max_body_bytes_;
};

}  // namespace storefleet::http
