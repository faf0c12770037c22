#include <fstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "http/client.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"

namespace storefleet::http {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;
using ::testing::StartsWith;

Task<void> count_up(ResponseStream& stream, int& ended) {
  for (int i = 0; i < 1000; ++i) {
    const auto text = fmt::format("{} ", i);
    const auto written = co_await stream.write(text);
    if (!written) break;
    const bool waited = co_await sleep_for(milliseconds(2));
    if (!waited) break;
  }
  ++ended;
}

Task<void> say_three(ResponseStream& stream) {
  for (const auto* word : {"one ", "two ", "three"}) {
    const std::string text = word;
    co_await stream.write(text);
  }
}

/// What the test server does, by path.
struct Behaviour {
  int requests = 0;
  int streams_ended = 0;
  Request last;
  std::function<Task<void>(ResponseStream&)> chosen = say_three;

  Task<Response> handle(Request request) {
    ++requests;
    last = request;
    Response response;
    if (request.target == "/slow") {
      co_await sleep_for(milliseconds(200));
    } else if (request.target == "/hang") {
      co_await sleep_for(std::chrono::hours(1));
    } else if (request.target == "/throw") {
      throw std::runtime_error("on purpose");
    } else if (request.target == "/count") {
      response.stream = [this](ResponseStream& stream) { return count_up(stream, streams_ended); };
    } else if (request.target == "/stream") {
      response.stream = chosen;
    } else if (request.target == "/three") {
      response.stream = say_three;
    } else if (request.target == "/big") {
      response.body.assign(1'000'000, 'x');
    }
    if (response.body.empty()) response.body = fmt::format("{} {}", request.method, request.body);
    co_return response;
  }
};

class HttpTest : public ::testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    options.address = "127.0.0.1";
    server_.emplace(context_.get_executor(), options,
                    [this](Request request) { return behaviour_.handle(std::move(request)); });
    ASSERT_TRUE(server_->listen());
    connect_client({});
  }

  void connect_client(ClientOptions options) {
    options.host = "127.0.0.1";
    options.port = server_->port();
    client_ = *Client::create(context_.get_executor(), options);
  }

  void run(Task<void> task) { testing::run(context_, std::move(task)); }

  Result<Response> send(Request request, milliseconds deadline = milliseconds(2000)) {
    std::optional<Result<Response>> result;
    run(send_into(*client_, std::move(request), deadline, result));
    return *result;
  }

  static Task<void> send_into(Client& client, Request request, milliseconds deadline,
                              std::optional<Result<Response>>& result) {
    auto got = co_await client.send(std::move(request), deadline);
    result.emplace(std::move(got));
  }

  /// Writes raw bytes and returns all that comes until the server closes.
  std::string raw(const std::string& bytes) {
    std::string answer;
    run(raw_into(server_->port(), bytes, answer));
    return answer;
  }

  static Task<void> raw_into(std::uint16_t port, std::string bytes, std::string& answer) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    co_await asio::async_read(socket, asio::dynamic_buffer(answer), asio::as_tuple(asio::use_awaitable));
  }

  void TearDown() override {
    client_.reset();
    if (server_) run(server_->stop(milliseconds(100)));
  }

  asio::io_context context_{1};
  Behaviour behaviour_;
  std::optional<Server> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(HttpTest, AnswersOverOneKeptConnection) {
  serve();
  for (int i = 0; i < 3; ++i) {
    const auto response = send({"POST", "/echo", {}, "hi"});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "POST hi");
  }
  EXPECT_EQ(server_->open_connections(), 1U);
  EXPECT_EQ(client_->open_connections(), 1U);
  EXPECT_EQ(behaviour_.last.remote_address, "127.0.0.1");
  EXPECT_EQ(behaviour_.last.headers.get("host"), fmt::format("127.0.0.1:{}", server_->port()));
}

TEST_F(HttpTest, ReachesAVirtualHostAtAnotherAddress) {
  serve();
  ASSERT_TRUE(send({.headers = {{"Host", "shop.example:8080"}}}));
  EXPECT_EQ(behaviour_.last.headers.all("Host"), std::vector<std::string_view>{"shop.example:8080"});
}

TEST_F(HttpTest, MissedDeadlineIsAnErrorAndClosesTheConnection) {
  serve();
  const auto response = send({.target = "/hang"}, milliseconds(30));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(client_->open_connections(), 0U);
}

TEST_F(HttpTest, NobodyListeningIsUnavailable) {
  serve();
  ClientOptions options{.host = "127.0.0.1", .port = 1};
  client_ = *Client::create(context_.get_executor(), options);
  EXPECT_EQ(send({}).error().code, ErrorCode::kUnavailable);
  options.host = "no-such-host.invalid";
  client_ = *Client::create(context_.get_executor(), options);
  EXPECT_FALSE(send({}, milliseconds(500)));
}

TEST_F(HttpTest, WaitsForAFreeConnection) {
  serve();
  connect_client({.max_connections = 2});
  std::vector<std::optional<Result<Response>>> results(6);
  TaskScope scope(context_.get_executor());
  for (auto& result : results)
    scope.spawn("send", send_into(*client_, {.target = "/slow"}, milliseconds(5000), result));
  run(scope.join());
  for (const auto& result : results) EXPECT_TRUE(result->has_value());
  EXPECT_EQ(server_->open_connections(), 2U);
}

TEST_F(HttpTest, DeadlineCoversTheWaitForAConnection) {
  serve();
  connect_client({.max_connections = 1});
  std::optional<Result<Response>> first;
  std::optional<Result<Response>> second;
  TaskScope scope(context_.get_executor());
  scope.spawn("send", send_into(*client_, {.target = "/slow"}, milliseconds(5000), first));
  scope.spawn("send", send_into(*client_, {.target = "/slow"}, milliseconds(20), second));
  run(scope.join());
  EXPECT_TRUE(first->has_value());
  EXPECT_EQ(second->error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_TRUE(send({}));
}

TEST_F(HttpTest, CancelledCallGivesItsConnectionBack) {
  serve();
  connect_client({.max_connections = 1});
  std::optional<Result<Response>> result;
  std::optional<Result<Response>> waiting;
  TaskScope scope(context_.get_executor());
  scope.spawn("send", send_into(*client_, {.target = "/hang"}, milliseconds(60'000), result));
  scope.spawn("send", send_into(*client_, {.target = "/hang"}, milliseconds(60'000), waiting));
  context_.run_for(milliseconds(20));
  scope.cancel();
  run(scope.join());
  EXPECT_EQ(result->error().code, ErrorCode::kCancelled);
  EXPECT_EQ(waiting->error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(send({}));
}

TEST_F(HttpTest, LimitsTheResponse) {
  serve();
  connect_client({.max_response_bytes = 1000});
  EXPECT_EQ(send({.target = "/big"}).error().code, ErrorCode::kInternal);
  EXPECT_TRUE(send({}));
}

/// Answers one request on each of the first two connections and then breaks it without a word.
Task<void> flaky_server(tcp::acceptor& acceptor, int& requests) {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    std::string text(4096, '\0');
    [[maybe_unused]] const auto first =
        co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(asio::use_awaitable));
    ++requests;
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    co_await asio::async_write(socket, asio::buffer(answer), asio::as_tuple(asio::use_awaitable));
    // Take the next request's bytes, so that the client has written before it learns.
    [[maybe_unused]] const auto second =
        co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(asio::use_awaitable));
  }
}

TEST_F(HttpTest, RepeatsOnAStaleConnectionOnlyWhatIsIdempotent) {
  tcp::acceptor acceptor(context_, {asio::ip::address_v4::loopback(), 0});
  int requests = 0;
  TaskScope scope(context_.get_executor());
  scope.spawn("flaky", flaky_server(acceptor, requests));
  client_ = *Client::create(context_.get_executor(),
                            {.host = "127.0.0.1", .port = acceptor.local_endpoint().port()});
  ASSERT_TRUE(send({}));
  const auto repeated = send({});
  EXPECT_TRUE(repeated) << repeated.error().message;
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(send({"POST", "/"}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(requests, 2);
  scope.cancel();
  run(scope.join());
}

TEST_F(HttpTest, ReplacesAConnectionThatTheServerClosedWhileIdle) {
  serve({.idle_timeout = milliseconds(20)});
  ASSERT_TRUE(send({}));
  context_.restart();
  context_.run_for(milliseconds(60));
  EXPECT_EQ(server_->open_connections(), 0U);
  EXPECT_TRUE(send({"POST", "/"}));  // not idempotent: found closed before use
}

Task<void> stream_into(Client& client, std::string target, std::size_t enough, std::string& text,
                       std::optional<Result<Response>>& result) {
  Request request{.target = std::move(target)};
  const StreamDeadlines deadlines{milliseconds(1000), milliseconds(1000)};
  auto on_chunk = [&text, enough](std::string_view piece) {
    text += piece;
    return text.size() < enough;
  };
  auto got = co_await client.stream(std::move(request), deadlines, on_chunk);
  result.emplace(std::move(got));
}

TEST_F(HttpTest, StreamsUntilTheEnd) {
  serve();
  std::string text;
  std::optional<Result<Response>> result;
  run(stream_into(*client_, "/three", 1000, text, result));
  ASSERT_TRUE(*result) << result->error().message;
  EXPECT_EQ(text, "one two three");
}

TEST_F(HttpTest, AClientThatLeavesEndsTheStream) {
  serve();
  std::string text;
  std::optional<Result<Response>> result;
  run(stream_into(*client_, "/count", 20, text, result));
  ASSERT_TRUE(*result);
  EXPECT_TRUE(text.starts_with("0 1 2 "));
  context_.restart();
  context_.run_for(milliseconds(30));
  EXPECT_EQ(behaviour_.streams_ended, 1);
  EXPECT_EQ(server_->open_connections(), 0U);
}

TEST_F(HttpTest, SilentStreamMeetsItsIdleDeadline) {
  tcp::acceptor acceptor(context_, {asio::ip::address_v4::loopback(), 0});
  tcp::socket held(context_);
  acceptor.async_accept(held, [&](const boost::system::error_code& error) {
    ASSERT_FALSE(error);
    static const std::string kHead = "HTTP/1.1 200 OK\r\n\r\nx";
    asio::async_write(held, asio::buffer(kHead), [](const boost::system::error_code&, std::size_t) {});
  });
  client_ = *Client::create(context_.get_executor(),
                            {.host = "127.0.0.1", .port = acceptor.local_endpoint().port()});
  std::string text;
  std::optional<Result<Response>> result;
  run(stream_into(*client_, "/", 1000, text, result));
  EXPECT_EQ(text, "x");
  EXPECT_EQ(result->error().code, ErrorCode::kDeadlineExceeded);
}

TEST_F(HttpTest, RefusesBadRequestsAndCloses) {
  serve({.max_header_bytes = 1000, .max_body_bytes = 1000});
  EXPECT_TRUE(raw("NONSENSE\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'))
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x')).starts_with("HTTP/1.1 431 "));
  EXPECT_EQ(behaviour_.requests, 0);
}

TEST_F(HttpTest, AnswersPipelinedRequestsInOrder) {
  serve();
  const auto answer =
      raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1"
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\n2");
  const auto first = answer.find("POST 1");
  const auto second = answer.find("POST 2");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
}

TEST_F(HttpTest, ContinuesOnRequest) {
  serve({.read_timeout = milliseconds(50)});
  EXPECT_EQ(raw("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_F(HttpTest, SlowRequestsAreCut) {
  serve({.read_timeout = milliseconds(30)});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHo"), "");
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1000));
}

TEST_F(HttpTest, HeadHasLengthButNoBody) {
  serve();
  const auto response = send({"HEAD", "/"});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->headers.get("content-length"), "5");
  EXPECT_TRUE(send({}));
}

TEST_F(HttpTest, AThrowingHandlerIs500) {
  serve();
  EXPECT_EQ(send({.target = "/throw"})->status, 500U);
  EXPECT_EQ(server_->open_connections(), 1U);
}

TEST_F(HttpTest, StopLetsRunningRequestsEndAndClosesTheRest) {
  serve();
  ASSERT_TRUE(send({}));
  std::optional<Result<Response>> running;
  std::string text;
  std::optional<Result<Response>> streamed;
  TaskScope scope(context_.get_executor());
  scope.spawn("send", send_into(*client_, {.target = "/slow"}, milliseconds(2000), running));
  scope.spawn("stream", stream_into(*client_, "/count", 100'000, text, streamed));
  context_.restart();
  context_.run_for(milliseconds(30));
  EXPECT_EQ(server_->open_connections(), 2U);
  run(server_->stop(milliseconds(1000)));
  run(scope.join());
  ASSERT_TRUE(*running) << running->error().message;
  EXPECT_EQ(running->value().headers.get("connection"), "close");
  EXPECT_EQ(behaviour_.streams_ended, 1);
  EXPECT_EQ(server_->open_connections(), 0U);
  EXPECT_EQ(server_->port(), 0);
}

TEST_F(HttpTest, AStreamThatTheServerEndsIsComplete) {
  serve();
  std::string text;
  std::optional<Result<Response>> streamed;
  TaskScope scope(context_.get_executor());
  scope.spawn("stream", stream_into(*client_, "/count", 100'000, text, streamed));
  context_.restart();
  context_.run_for(milliseconds(30));
  run(server_->stop(milliseconds(1000)));
  run(scope.join());
  ASSERT_TRUE(*streamed) << streamed->error().message;
  EXPECT_TRUE(text.starts_with("0 1 2 "));
}

TEST_F(HttpTest, StopCutsWhatDoesNotEnd) {
  serve();
  std::optional<Result<Response>> hung;
  TaskScope scope(context_.get_executor());
  scope.spawn("send", send_into(*client_, {.target = "/hang"}, milliseconds(5000), hung));
  context_.restart();
  context_.run_for(milliseconds(30));
  run(server_->stop(milliseconds(30)));
  EXPECT_EQ(server_->open_connections(), 0U);
  run(scope.join());
  EXPECT_EQ(hung->error().code, ErrorCode::kUnavailable);
}

TEST_F(HttpTest, AKeptConnectionMakesRoomForANewOne) {
  serve({.connections = {.total = 1, .reserve = 0, .each = 1}});
  ASSERT_TRUE(send({}));
  EXPECT_EQ(server_->open_connections(), 1U);
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(server_->evicted_connections(), 1U);
}

TEST_F(HttpTest, WhatIsBeingAnsweredIsNotCutForANewConnection) {
  serve({.connections = {.total = 1, .reserve = 0, .each = 1}});
  std::optional<Result<Response>> running;
  TaskScope scope(context_.get_executor());
  scope.spawn("send", send_into(*client_, {.target = "/slow"}, milliseconds(2000), running));
  context_.restart();
  context_.run_for(milliseconds(50));
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "");
  EXPECT_EQ(server_->refused_connections(), 1U);
  run(scope.join());
  EXPECT_TRUE(running->has_value());
}

TEST_F(HttpTest, HalfOpenRequestsDoNotKeepAnybodyOut) {
  serve({.connections = {.total = 20, .reserve = 0, .each = 10}});
  std::vector<std::unique_ptr<tcp::socket>> held;
  for (int i = 0; i < 50; ++i) {
    auto& socket = *held.emplace_back(std::make_unique<tcp::socket>(context_));
    socket.connect({asio::ip::address_v4::loopback(), server_->port()});
    asio::write(socket, asio::buffer(std::string("GET / HTTP/1.1\r\nHo")));
    context_.restart();
    context_.run_for(milliseconds(2));
  }
  EXPECT_LE(server_->open_connections(), 11U);
  EXPECT_TRUE(send({}));
}

/// Takes bodies of up to 10 bytes, and none where a header says so.
struct SmallGate : RequestGate {
  Task<BodyVerdict> admit_body(Request head, std::optional<std::uint64_t> declared) override {
    asked.push_back(declared.value_or(999));
    BodyVerdict verdict{.max_bytes = 10};
    if (head.headers.contains("X-Refuse")) verdict.refused = Response{.status = 429, .body = "not now"};
    verdict.hold = std::make_shared<Count>(held);
    co_return verdict;
  }
  std::shared_ptr<void> take_hold() override { return std::make_shared<Count>(held); }
  Response refusal(unsigned status, const std::string& message) override {
    return {.status = status, .headers = {{"Content-Type", "application/problem+json"}}, .body = message};
  }
  struct Count {
    explicit Count(int& counted) : count(counted) { ++count; }
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;
    ~Count() { --count; }
    int& count;
  };
  std::vector<std::uint64_t> asked;
  int held = 0;
};

TEST_F(HttpTest, TheGateDecidesBeforeTheBodyComes) {
  SmallGate gate;
  serve({.max_body_bytes = 1000, .gate = &gate});
  const auto post = [this](const std::string& rest) { return raw("POST / HTTP/1.1\r\nHost: a\r\n" + rest); };
  // The rest of the body never comes: the answer must not wait for it.
  EXPECT_THAT(post("X-Refuse: 1\r\nContent-Length: 900\r\n\r\nxx"), StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(post("Content-Length: 5000\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  const auto chunked = post("Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n");
  EXPECT_THAT(chunked, StartsWith("HTTP/1.1 413 "));
  EXPECT_NE(chunked.find("application/problem+json"), std::string::npos);
  EXPECT_EQ(behaviour_.requests, 0);
  EXPECT_TRUE(send({"POST", "/", {}, "hi"}));
  EXPECT_TRUE(send({"GET", "/"}));
  EXPECT_EQ(gate.asked, (std::vector<std::uint64_t>{900, 999, 2}))
      << "asked once a body, and never without one";
  EXPECT_EQ(gate.held, 0) << "given back when the request was answered";
}

TEST_F(HttpTest, ARefusedBodyIsNotInvitedWithContinue) {
  SmallGate gate;
  serve({.gate = &gate});
  EXPECT_THAT(
      raw("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nX-Refuse: 1\r\nContent-Length: 9\r\n\r\n"),
      StartsWith("HTTP/1.1 429 "));
}

Task<void> think_again(ResponseStream& stream) {
  EXPECT_TRUE(stream.answer_instead({.status = 503, .body = "no log today"}));
  co_return;
}

Task<void> think_too_late(ResponseStream& stream) {
  const std::string nothing;
  co_await stream.write(nothing);
  EXPECT_FALSE(stream.answer_instead({.status = 503}));
}

TEST_F(HttpTest, AStreamThatHasNotBegunCanBecomeAnAnswer) {
  serve();
  behaviour_.chosen = think_again;
  const auto instead = send({.target = "/stream"});
  ASSERT_TRUE(instead);
  EXPECT_EQ(instead->status, 503U);
  EXPECT_EQ(instead->body, "no log today");
  behaviour_.chosen = think_too_late;
  const auto begun = send({.target = "/stream"});
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->status, 200U);
  EXPECT_EQ(begun->body, "");
}

}  // namespace
}  // namespace storefleet::http
