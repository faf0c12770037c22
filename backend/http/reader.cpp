#include <limits>

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

#include "http/wire.hpp"

namespace storefleet::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;

constexpr std::uint32_t kMaxResponseHeaderBytes = 64 * 1024;
/// Bytes that may wait for the rest of something that must be contiguous (a head, a chunk header).
constexpr std::size_t kMaxPendingBytes = 81'920;

/// A Beast body that hands its pieces on instead of keeping them.
struct SinkBody {
  using value_type = std::function<void(std::string_view)>;

  class reader {  // NOLINT(readability-identifier-naming): Beast asks for this name
   public:
    template <bool kIsRequest, class Fields>
    reader(beast_http::header<kIsRequest, Fields>& /*head*/, value_type& sink) : sink_(sink) {}

    void init(const boost::optional<std::uint64_t>& /*length*/, error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error = {};
      std::size_t total = 0;
      for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
        sink_(std::string_view(static_cast<const char*>(buffer.data()), buffer.size()));
        total += buffer.size();
      }
      return total;
    }

    void finish(error_code& error) { error = {}; }

   private:
    value_type& sink_;
  };
};

/// Feeds Beast's parser, which wants heads and chunk headers in one piece, from bytes split anywhere.
template <bool kIsRequest>
class PieceParser {
 public:
  using Parser = beast_http::parser<kIsRequest, SinkBody>;

  void restart(std::uint32_t header_limit, std::size_t body_limit, SinkBody::value_type sink) {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(header_limit);
    parser_->body_limit(body_limit);
    parser_->get().body() = std::move(sink);
  }

  error_code feed(std::string_view bytes) {
    if (pending_.empty()) {
      error_code error;
      const std::size_t used = parse(bytes, error);
      pending_.assign(bytes.substr(used));
      return error;
    }
    pending_ += bytes;
    return feed_pending();
  }

  error_code feed_pending() {
    error_code error;
    const std::size_t used = parse(pending_, error);
    pending_.erase(0, used);
    return error;
  }

  Parser& parser() { return *parser_; }
  const Parser& parser() const { return *parser_; }
  [[nodiscard]] bool has_pending() const { return !pending_.empty(); }

 private:
  std::size_t parse(std::string_view bytes, error_code& error) {
    std::size_t used = 0;
    while (used < bytes.size() && !parser_->is_done()) {
      const std::size_t step =
          parser_->put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
      used += step;
      if (error == beast_http::error::need_more) {
        error = {};
        if (bytes.size() - used > kMaxPendingBytes) error = beast_http::error::header_limit;
        break;
      }
      if (error || step == 0) break;
    }
    return used;
  }

  std::optional<Parser> parser_;
  std::string pending_;
};

template <class Message>
Headers headers_of(const Message& message) {
  Headers headers;
  for (const auto& field : message)
    headers.add({field.name_string().data(), field.name_string().size()},
                {field.value().data(), field.value().size()});
  return headers;
}

}  // namespace

struct ResponseReader::State {
  std::size_t max_body_bytes = 0;
  bool head_request = false;
  std::function<bool(std::string_view)> on_chunk;
  PieceParser<false> pieces;
  std::string body;
  bool refused = false;
  OverlongBody overlong = OverlongBody::kFail;
  bool cut = false;

  void restart() {
    const bool endless = on_chunk || overlong == OverlongBody::kCut;
    const std::size_t limit = endless ? std::numeric_limits<std::size_t>::max() : max_body_bytes;
    pieces.restart(kMaxResponseHeaderBytes, limit, [this](std::string_view piece) { take_piece(piece); });
    if (head_request) pieces.parser().skip(true);
  }

  void take_piece(std::string_view piece) {
    if (on_chunk && pieces.parser().get().result_int() / 100 == 2) {
      if (!refused) refused = !on_chunk(piece);
    } else {
      const auto taken = piece.substr(0, max_body_bytes - body.size());
      body += taken;
      cut = cut || taken.size() < piece.size();
    }
  }
};

ResponseReader::ResponseReader(std::size_t max_body_bytes, std::string_view method,
                               std::function<bool(std::string_view)> on_chunk, OverlongBody overlong)
    : state_(std::make_unique<State>()) {
  state_->max_body_bytes = max_body_bytes;
  state_->head_request = method == "HEAD";
  state_->on_chunk = std::move(on_chunk);
  state_->overlong = overlong;
  state_->restart();
}

ResponseReader::~ResponseReader() = default;

Result<void> ResponseReader::feed(std::string_view bytes) {
  auto error = state_->pieces.feed(bytes);
  while (!error && state_->pieces.parser().is_done() &&
         state_->pieces.parser().get().result_int() / 100 == 1) {
    state_->restart();
    error = state_->pieces.feed_pending();
  }
  if (error == beast_http::error::body_limit)
    return fail(ErrorCode::kInternal,
                fmt::format("the response is larger than {} bytes", state_->max_body_bytes));
  if (error) return fail(ErrorCode::kInternal, fmt::format("not an HTTP response: {}", error.message()));
  return {};
}

Result<void> ResponseReader::end_of_stream() {
  error_code error;
  auto& parser = state_->pieces.parser();
  if (parser.is_done()) return {};
  if (!parser.is_header_done())
    return fail(ErrorCode::kUnavailable, "the connection was closed before the response");
  parser.put_eof(error);
  if (error || !parser.is_done())
    return fail(ErrorCode::kUnavailable, "the connection was closed in the middle of the response");
  return {};
}

bool ResponseReader::head_done() const {
  return state_->pieces.parser().is_header_done();
}

bool ResponseReader::done() const {
  return state_->pieces.parser().is_done();
}

bool ResponseReader::refused() const {
  return state_->refused;
}

bool ResponseReader::cut() const {
  return state_->overlong == OverlongBody::kCut && state_->cut;
}

bool ResponseReader::keep_alive() const {
  return state_->pieces.parser().keep_alive() && !state_->pieces.has_pending();
}

Response ResponseReader::take() {
  const auto& message = state_->pieces.parser().get();
  Response response;
  response.status = message.result_int();
  response.headers = headers_of(message);
  response.body = std::move(state_->body);
  return response;
}

struct RequestReader::State {
  PieceParser<true> pieces;
  std::string body;
  bool fed = false;
};

RequestReader::RequestReader(std::size_t max_header_bytes, std::size_t max_body_bytes)
    : state_(std::make_unique<State>()),
      max_header_bytes_(max_header_bytes),
      max_body_bytes_(max_body_bytes) {
  state_->pieces.restart(static_cast<std::uint32_t>(max_header_bytes_), max_body_bytes_,
                         [state = state_.get()](std::string_view piece) { state->body += piece; });
}

RequestReader::~RequestReader() = default;

std::optional<RequestReader::Refusal> RequestReader::feed(std::string_view bytes) {
  state_->fed = state_->fed || !bytes.empty();
  const auto error = state_->pieces.feed(bytes);
  if (error == beast_http::error::header_limit) return Refusal{431, "the request head is too large"};
  if (error == beast_http::error::body_limit) return Refusal{413, "the request body is too large"};
  if (error) return Refusal{400, fmt::format("not an HTTP request: {}", error.message())};
  if (!head_done()) return std::nullopt;
  const auto& message = state_->pieces.parser().get();
  if (message.version() >= 11 && message.count(beast_http::field::host) != 1)
    return Refusal{400, "a request needs exactly one Host header"};
  if (message.target().empty() || message.target().front() != '/')
    return Refusal{400, "the request target must be a path"};
  if (message.count(beast_http::field::transfer_encoding) > 0 && !message.chunked())
    return Refusal{501, "no transfer coding but chunked is supported"};
  return std::nullopt;
}

bool RequestReader::started() const {
  return state_->fed || state_->pieces.has_pending();
}

bool RequestReader::head_done() const {
  return state_->pieces.parser().is_header_done();
}

bool RequestReader::done() const {
  return state_->pieces.parser().is_done();
}

bool RequestReader::keep_alive() const {
  return state_->pieces.parser().keep_alive();
}

bool RequestReader::expects_continue() const {
  if (!head_done() || done()) return false;
  const auto value = state_->pieces.parser().get()[beast_http::field::expect];
  return equals_ignoring_case({value.data(), value.size()}, "100-continue");
}

bool RequestReader::has_body() const {
  if (!head_done()) return false;
  const auto& parser = state_->pieces.parser();
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

std::optional<std::uint64_t> RequestReader::declared_length() const {
  const auto length = state_->pieces.parser().content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

std::size_t RequestReader::body_size() const {
  return state_->body.size();
}

Request RequestReader::head() const {
  const auto& message = state_->pieces.parser().get();
  Request request;
  request.method.assign(message.method_string().data(), message.method_string().size());
  request.target.assign(message.target().data(), message.target().size());
  request.headers = headers_of(message);
  return request;
}

Request RequestReader::take() {
  auto request = head();
  request.body = std::move(state_->body);
  state_->body.clear();
  state_->fed = false;
  state_->pieces.restart(static_cast<std::uint32_t>(max_header_bytes_), max_body_bytes_,
                         [state = state_.get()](std::string_view piece) { state->body += piece; });
  return request;
}

}  // namespace storefleet::http
