#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/server.hpp"
#include "http/testing.hpp"
#include "k8s/client.hpp"

namespace storefleet::k8s::testing {

// A scripted API server for tests: it knows nothing of Kubernetes, each test says what is answered.

enum class After { kEnd, kHold };  // what a stream does when its pieces are written

struct Reply {
  unsigned status = 200;
  std::string body = {};
  http::Headers headers = {};
  std::vector<std::string> pieces = {};  // if any: streamed one by one instead of `body`
  After after = After::kEnd;
  std::chrono::milliseconds delay{0};  // before the answer
};

inline Task<void> write_pieces(http::ResponseStream& stream, std::vector<std::string> pieces, After after) {
  for (auto& piece : pieces) {
    co_await stream.write(std::move(piece));
    co_await sleep_for(std::chrono::milliseconds(1));  // so that it arrives as a piece
  }
  while (after == After::kHold && stream.open()) {
    const bool waited = co_await sleep_for(std::chrono::milliseconds(5));
    if (!waited) break;
  }
}

/// Answers the requests in the order of the script; 500 once it is exhausted. Keeps what was asked.
class ScriptedApi {
 public:
  explicit ScriptedApi(asio::io_context& context)
      : server_(context.get_executor(), options(),
                [this](http::Request request) { return answer(std::move(request)); }) {
    if (!server_.listen()) throw std::runtime_error("cannot listen");
  }

  void expect(std::string method, std::string target_prefix, Reply reply) {
    script_.push_back({std::move(method), std::move(target_prefix), std::move(reply)});
  }

  /// Every watch gets this, whenever it comes; it is none of the script's requests.
  void answer_watches(Reply reply) { watches_ = std::move(reply); }

  Task<void> stop() { return server_.stop(std::chrono::milliseconds(50)); }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] bool exhausted() const { return script_.empty(); }
  std::vector<http::Request> requests;

 private:
  struct Exchange {
    std::string method;
    std::string target_prefix;
    Reply reply;
  };

  static http::ServerOptions options() {
    http::ServerOptions options;
    options.address = "127.0.0.1";
    return options;
  }

  static void reply_with(http::Response& response, const Reply& reply) {
    response.status = reply.status;
    response.headers = reply.headers;
    response.body = reply.body;
    if (reply.pieces.empty()) return;
    response.stream = [pieces = reply.pieces, after = reply.after](http::ResponseStream& stream) {
      return write_pieces(stream, pieces, after);
    };
  }

  Task<http::Response> answer(http::Request request) {
    http::Response response;
    if (watches_ && request.target.find("watch=true") != std::string::npos) {
      reply_with(response, *watches_);
      co_return response;
    }
    requests.push_back(request);
    response.status = 500;
    if (script_.empty()) {
      response.body = "the script has ended";
      co_return response;
    }
    auto next = std::move(script_.front());
    script_.pop_front();
    EXPECT_EQ(request.method, next.method);
    EXPECT_TRUE(request.target.starts_with(next.target_prefix))
        << request.target << " for " << next.target_prefix;
    if (next.reply.delay.count() > 0) co_await sleep_for(next.reply.delay);
    reply_with(response, next.reply);
    co_return response;
  }

  std::deque<Exchange> script_;
  std::optional<Reply> watches_;
  http::Server server_;
};

/// A scripted API server and a client of it on one io_context.
class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    api_.emplace(context_);
    ClusterConfig config;
    config.server = {"http", "127.0.0.1", api_->port(), "/"};
    config.token = "secret-token";
    client_ = *Client::create(context_.get_executor(), std::move(config));
  }

  void TearDown() override {
    client_.reset();
    run(api_->stop());
  }

  void run(Task<void> task) { storefleet::testing::run(context_, std::move(task)); }

  /// The result of one call.
  template <class T>
  T get(Task<T> task) {
    std::optional<T> result;
    run(store(std::move(task), result));
    return std::move(*result);
  }

  /// Lets everything run until `condition` holds, at most 5 s.
  template <class Condition>
  bool run_until(Condition condition) {
    return storefleet::testing::run_until(context_, std::move(condition));
  }

  template <class T>
  static Task<void> store(Task<T> task, std::optional<T>& result) {
    auto value = co_await std::move(task);
    result.emplace(std::move(value));
  }

  asio::io_context context_{1};
  std::optional<ScriptedApi> api_;
  std::unique_ptr<Client> client_;
};

}  // namespace storefleet::k8s::testing
