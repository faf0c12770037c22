#include <thread>

#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "http/sse.hpp"
#include "http/testing.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;

class StreamRoutesTest : public ApiTest {
 protected:
  StreamRoutesTest() {
    history_.log.resize(3);
    for (std::size_t i = 0; i < 3; ++i) history_.log[i].sequence = static_cast<std::int64_t>(i) + 1;
  }
  http::Response with_id(std::string id) {
    return send("GET", "/api/v1/stream", {}, {{"Last-Event-ID", std::move(id)}});
  }
};

TEST_F(StreamRoutesTest, AnswersAnEventStream) {
  const auto response = get("/api/v1/stream");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/event-stream");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  EXPECT_TRUE(response.stream);
  EXPECT_EQ(with_id("3").status, 200U);
  EXPECT_EQ(with_id("0").status, 200U);
  EXPECT_EQ(get("/api/v1/stream?lastEventId=2").status, 200U);
}

TEST_F(StreamRoutesTest, AnIdThatIsNoneIs400) {
  for (const auto* id : {"", "-1", "4", "1.5", "0x1", "abc", "1 ", "999999999999999999",
                         "1234567890123456789", "99999999999999999999999"}) {
    const auto response = with_id(id);
    EXPECT_EQ(response.status, 400U) << id;
    EXPECT_EQ(code_of(response), "InvalidParameter") << id;
  }
  EXPECT_EQ(get("/api/v1/stream?lastEventId=").status, 400U);
  EXPECT_EQ(get("/api/v1/stream?lastEventId=x").status, 400U);
  EXPECT_EQ(get("/api/v1/stream?lastEventId=4").status, 400U);
  EXPECT_EQ(get("/api/v1/stream?since=4").status, 400U);
}

TEST_F(StreamRoutesTest, HowMuchOfThePastIsANumberWithinBounds) {
  for (const auto* good : {"0", "1", "4096"})
    EXPECT_EQ(get(std::string("/api/v1/stream?recent=") + good).status, 200U) << good;
  for (const auto* bad : {"-1", "4097", "x", "", "99999999999999999999"})
    EXPECT_EQ(get(std::string("/api/v1/stream?recent=") + bad).status, 400U) << bad;
}

TEST_F(StreamRoutesTest, NeedsATokenAndADatabase) {
  history_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  const auto response = get("/api/v1/stream");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(response.headers.get("Retry-After"), "2");
  token_.clear();
  EXPECT_EQ(get("/api/v1/stream").status, 401U);
}

/// A client's connection through a real server; collects until `enough` events have come.
struct Reading {
  http::EventStreamParser parser;
  std::vector<http::ServerSentEvent> events;
  std::optional<Result<http::Response>> result;
  std::size_t enough = 1000;
};

Task<void> read_stream(http::Client& client, http::Headers headers, Reading& reading,
                       std::string target = "/api/v1/stream") {
  headers.set("Authorization", "Bearer the-token");
  http::Request request{.target = std::move(target), .headers = std::move(headers)};
  const auto on_bytes = [&reading](std::string_view bytes) {
    for (auto& event : reading.parser.feed(bytes)) reading.events.push_back(std::move(event));
    return reading.events.size() < reading.enough;
  };
  reading.result = co_await client.stream(std::move(request), {}, on_bytes);
}

TEST_F(StreamRoutesTest, ThroughAServerUntilTheClientLeavesOrTheServerStops) {
  asio::io_context context;
  const auto settle = [&context] {
    for (int i = 0; i < 20; ++i) {
      std::this_thread::sleep_for(2ms);
      context.restart();
      context.poll();
    }
  };
  http::Server server(context.get_executor(), {.address = "127.0.0.1"},
                      [this](http::Request request) { return api_.handle(std::move(request)); });
  ASSERT_TRUE(server.listen());
  auto client =
      http::Client::create(context.get_executor(), {.host = "127.0.0.1", .port = server.port()}).value();
  TaskScope scope(context.get_executor());
  scope.spawn("hub", hub_.run());
  settle();
  Reading stays;
  Reading leaves{.enough = 2};
  Reading header_wins;
  Reading recent;
  scope.spawn("stays", read_stream(*client, {}, stays));
  scope.spawn("leaves", read_stream(*client, {}, leaves));
  scope.spawn("header", read_stream(*client, {{"Last-Event-ID", "1"}}, header_wins));
  scope.spawn("recent", read_stream(*client, {}, recent, "/api/v1/stream?recent=1"));
  settle();
  EXPECT_EQ(hub_.open_streams(), 4U);
  EXPECT_EQ(header_wins.events.size(), 3U);
  EXPECT_EQ(recent.events.size(), 2U) << "the newest of three, then resync";
  auto store = ready_store("demo");
  store.status.phase = Phase::kDegraded;
  stores_.change("demo", store);
  settle();
  settle();
  EXPECT_TRUE(leaves.result);
  EXPECT_EQ(hub_.open_streams(), 3U) << "the one that left is gone, without a write to notice it";
  EXPECT_EQ(stays.events.size(), 2U);
  EXPECT_EQ(stays.events.back().event, "store");
  testing::run(context, server.stop(1000ms));
  settle();
  ASSERT_TRUE(stays.result);
  EXPECT_TRUE(*stays.result) << "a drained stream ends as a whole one";
  EXPECT_EQ(hub_.open_streams(), 0U);
  scope.cancel();
  testing::run(context, scope.join());
}

}  // namespace
}  // namespace storefleet::api
