#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.hpp"

namespace storefleet::http {

class ResponseStream;

/// Header fields in the order they came. Names compare without case (RFC 9110, 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first value of `name`, or an empty view. Valid until the headers change.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  /// Every value of `name`, in order.
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const;

  /// Replaces every value of `name` by this one.
  void set(std::string_view name, std::string value);
  /// Adds a value beside those already there (Set-Cookie, Link).
  void add(std::string_view name, std::string value);
  void remove(std::string_view name);

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// True if two ASCII texts are equal without regard to case.
bool equals_ignoring_case(std::string_view left, std::string_view right);

struct Request {
  std::string method = "GET";
  std::string target = "/";  // origin form: path and query, as on the wire (percent-encoded)
  Headers headers = {};
  std::string body = {};
  std::string remote_address = {};  // server side only: the peer's IP address, without port
};

/// What becomes of a body that is larger than may be: the call fails, or its beginning is the answer and the
/// connection is closed instead of reading on.
enum class OverlongBody { kFail, kCut };

struct Response {
  unsigned status = 200;
  Headers headers = {};
  std::string body = {};
  /// Server side only: if set, `body` is ignored, the head is sent at once and this coroutine writes the
  /// body in chunks until it ends (server-sent events). It is cancelled when the server stops; the stream
  /// lives until its task has ended.
  std::function<Task<void>(ResponseStream&)> stream = {};
};

/// The standard phrase of a status code ("Not Found"), or an empty text.
std::string_view reason_phrase(unsigned status);

}  // namespace storefleet::http
