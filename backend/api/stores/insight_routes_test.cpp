#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"

namespace storefleet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CollectingStream : public http::ResponseStream {
 public:
  Task<Result<void>> write(std::string bytes) override {
    text += bytes;
    co_return Result<void>{};
  }
  bool answer_instead(http::Response response) override {
    if (!text.empty()) return false;
    instead = std::move(response);
    return true;
  }
  [[nodiscard]] bool open() const override { return true; }
  std::string text;
  std::optional<http::Response> instead;
};

class InsightRoutesTest : public ApiTest {
 protected:
  std::vector<std::int64_t> sequences(const std::string& query) {
    std::vector<std::int64_t> found;
    const auto body = body_of(get("/api/v1/stores/demo/events?" + query));
    for (const auto& item : array_at(body, {"items"})) found.push_back(int_or(item, {"sequence"}, 0));
    return found;
  }
  void add_event(EventType type, const std::string& source, const std::string& reason,
                 const std::string& uid = "uid-1") {
    history_.log.push_back({.sequence = static_cast<std::int64_t>(history_.log.size()) + 1,
                            .store_uid = uid,
                            .store_name = "demo",
                            .team = "default",
                            .at = {},
                            .type = type,
                            .source = source,
                            .reason = reason,
                            .message = "about " + reason,
                            .subject = "Pod/web-0"});
  }
};

TEST_F(InsightRoutesTest, EventsCanBeSearchedInBothDirections) {
  add_event(EventType::kNormal, "storefleet", "StepFinished");
  add_event(EventType::kWarning, "kubernetes", "BackOff");
  add_event(EventType::kNormal, "kubernetes", "Scheduled", "uid-2");
  EXPECT_THAT(sequences("type=Warning"), ElementsAre(2));
  EXPECT_THAT(sequences("source=kubernetes"), ElementsAre(2, 3));
  EXPECT_THAT(sequences("source=kubernetes&order=desc"), ElementsAre(3, 2));
  EXPECT_THAT(sequences("reason=StepFinished"), ElementsAre(1));
  EXPECT_THAT(sequences("q=about%20Sched"), ElementsAre(3));
  EXPECT_THAT(sequences("uid=uid-2"), ElementsAre(3));
  EXPECT_THAT(sequences("order=desc&limit=1&before=3"), ElementsAre(2));
  EXPECT_THAT(sequences("after=1&before=3"), ElementsAre(2));
  EXPECT_THAT(sequences("q=nothing"), ElementsAre()) << "a known name without such events is no 404";
  const auto page = body_of(get("/api/v1/stores/demo/events?order=desc&limit=2"));
  EXPECT_EQ(int_or(page, {"firstSequence"}, 0), 2);
  EXPECT_EQ(int_or(page, {"lastSequence"}, 0), 3);
}

TEST_F(InsightRoutesTest, WrongEventFiltersAreNamed) {
  for (const auto* query : {"type=warning", "source=k8s", "order=newest", "before=0", "since=1m"})
    EXPECT_EQ(get(std::string("/api/v1/stores/demo/events?") + query).status, 400U) << query;
  EXPECT_EQ(get("/api/v1/stores/demo/events?q=" + std::string(300, 'x')).status, 400U);
  for (const auto* text : {"%ff", "%00", "a%0a", "%c3", "%c0%80", "%ed%a0%80", "%f4%90%80%80", "%e2%82"})
    for (const auto* name : {"q", "reason", "uid"})
      EXPECT_EQ(get(fmt::format("/api/v1/stores/demo/events?{}={}", name, text)).status, 400U) << text;
  std::string accents;
  for (int i = 0; i < 200; ++i) accents += "%c3%a4";
  add_event(EventType::kNormal, "storefleet", "StepFinished");
  EXPECT_EQ(get("/api/v1/stores/demo/events?q=" + accents).status, 200U);
  EXPECT_EQ(get("/api/v1/stores/demo/events?q=%f0%9f%98%80%e2%82%ac%ed%95%9c").status, 200U);
  EXPECT_EQ(get("/api/v1/stores/unused/events?q=x&after=7").status, 404U);
}

TEST_F(InsightRoutesTest, LogsAreText) {
  ready_store("demo");
  const auto response =
      get("/api/v1/stores/demo/logs?component=database&container=main&tail=5&since=10m&previous=true");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers.get("Storefleet-Log-Source"), "database-0/main");
  EXPECT_EQ(response.body, "2026-11-24T11:15:02Z ready\n");
  EXPECT_EQ(insight_.asked.component, "database");
  EXPECT_EQ(insight_.asked.container, "main");
  EXPECT_EQ(insight_.asked.tail, 5);
  EXPECT_EQ(insight_.asked.since, std::chrono::minutes(10));
  EXPECT_TRUE(insight_.asked.previous);
  EXPECT_EQ(get("/api/v1/stores/none/logs").status, 404U);
  for (const auto* query :
       {"tail=x", "since=", "tail=20000", "since=0", "since=010m", "since=8d", "since=10x", "previous=1",
        "previous=true&follow=true", "container=..%2f", "component=A", "lines=5"})
    EXPECT_EQ(get(std::string("/api/v1/stores/demo/logs?") + query).status, 400U) << query;
}

TEST_F(InsightRoutesTest, ThereIsNoLogYet) {
  ready_store("demo");
  insight_.failure = Error{ErrorCode::kConflict, "no pod yet", Reason::kNoPod};
  EXPECT_EQ(get("/api/v1/stores/demo/logs").status, 409U);
  EXPECT_EQ(code_of(get("/api/v1/stores/demo/logs?follow=true")), "NoPod");
  stores_.stores["demo"].spec.asleep = true;
  EXPECT_EQ(code_of(get("/api/v1/stores/demo/logs")), "StoreAsleep");
  stores_.stores["demo"].spec.asleep = false;
  insight_.failure = Error{ErrorCode::kConflict, "waits", Reason::kContainerNotRunning};
  EXPECT_EQ(code_of(get("/api/v1/stores/demo/logs")), "ContainerNotRunning");
  insight_.failure = Error{ErrorCode::kInvalidArgument, "it has: database, web", Reason::kUnknownComponent};
  const auto unknown = get("/api/v1/stores/demo/logs?component=cache");
  EXPECT_EQ(unknown.status, 400U);
  EXPECT_EQ(code_of(unknown), "InvalidParameter");
  EXPECT_THAT(unknown.body, HasSubstr("database, web"));
  insight_.failure = Error{ErrorCode::kTooManyRequests, "too many"};
  EXPECT_EQ(get("/api/v1/stores/demo/logs?follow=true").status, 429U);
  insight_.failure = Error{ErrorCode::kUnavailable, "away"};
  EXPECT_EQ(get("/api/v1/stores/demo/logs").status, 503U);
}

TEST_F(InsightRoutesTest, AFollowedLogIsStreamedAndSaysWhyItEnded) {
  ready_store("demo");
  insight_.log_end = Error{ErrorCode::kConflict, "The pod has gone meanwhile.", Reason::kNoPod};
  const auto response = get("/api/v1/stores/demo/logs?follow=true");
  ASSERT_TRUE(response.stream);
  EXPECT_TRUE(insight_.asked.follow);
  CollectingStream stream;
  asio::io_context context;
  testing::run(context, response.stream(stream));
  EXPECT_EQ(stream.text, "2026-11-24T11:15:02Z ready\n-- the log ended: The pod has gone meanwhile. --\n");
}

TEST_F(InsightRoutesTest, ALogThatTheNodeCannotReadIsAProblem) {
  ready_store("demo");
  insight_.lines.clear();
  insight_.log_end =
      Error{ErrorCode::kUnavailable, "The node follows as many logs as it can.", Reason::kLogUnavailable};
  insight_.silent = true;
  const auto response = get("/api/v1/stores/demo/logs?follow=true");
  ASSERT_TRUE(response.stream);
  CollectingStream stream;
  asio::io_context context;
  testing::run(context, response.stream(stream));
  EXPECT_EQ(stream.text, "");
  ASSERT_TRUE(stream.instead);
  EXPECT_EQ(stream.instead->status, 503U);
  EXPECT_EQ(code_of(*stream.instead), "LogUnavailable");
  EXPECT_FALSE(stream.instead->headers.get("Retry-After").empty());
  contract_.expect_documented("GET", "/api/v1/stores/demo/logs", *stream.instead);
}

TEST_F(InsightRoutesTest, OneViewerMayFollowSoManyLogs) {
  ready_store("demo");
  std::vector<http::Response> followed;
  for (int i = 0; i < 200; ++i) followed.push_back(get("/api/v1/stores/demo/logs?follow=true"));
  const auto open = std::ranges::count_if(followed, [](const auto& each) { return each.stream != nullptr; });
  EXPECT_EQ(open, 8);
  EXPECT_EQ(followed.back().status, 429U);
  EXPECT_EQ(code_of(followed.back()), "TooManyRequests");
  EXPECT_EQ(get("/api/v1/stores/demo/logs").status, 200U) << "reading is another budget";
  followed.clear();
  EXPECT_EQ(get("/api/v1/stores/demo/logs?follow=true").status, 200U) << "a log that was left makes room";
}

/// Logs that go on until a test lets them end, for users of the team blue with tokens named like them.
class HeldLogsTest : public InsightRoutesTest {
 protected:
  void SetUp() override {
    ready_store("demo").spec.team = "blue";
    insight_.holds = true;
  }
  void TearDown() override {
    scope_.cancel();
    testing::run(context_, scope_.join());
  }
  Identified& add_viewer(const std::string& name) {
    token_ = name;
    return logins_.by_tokens[secret_digest(name)] = {.user = {.id = name, .name = name},
                                                     .teams = {{"blue", TeamRole::kViewer}},
                                                     .scope = TokenScope::kFull};
  }
  template <class Condition>
  bool run_until(Condition condition) {
    return testing::run_until(context_, std::move(condition));
  }

  /// Follows the log as the user added last.
  void follow() {
    followed_ = get("/api/v1/stores/demo/logs?follow=true");
    ASSERT_TRUE(followed_.stream);
    scope_.spawn("log", followed_.stream(stream_));
    ASSERT_TRUE(run_until([this] { return insight_.held == 1; }));
    EXPECT_EQ(stream_.text, insight_.lines);
  }
  void access_changed(const std::string& user) {
    logins_.changes.push_back({.id = static_cast<std::int64_t>(logins_.changes.size()) + 1, .user_id = user});
    testing::run(context_, access_.look());
  }

  http::Response followed_;
  CollectingStream stream_;
  std::vector<http::Response> answers_;
  TaskScope scope_{context_.get_executor()};
};

TEST_F(HeldLogsTest, AFollowedLogEndsWithTheAccess) {
  add_viewer("vic");
  follow();
  logins_.by_tokens.clear();
  access_changed("vic");
  ASSERT_TRUE(run_until([this] { return scope_.running() == 0; }));
  EXPECT_EQ(insight_.held, 0) << "nothing more is read for them";
  EXPECT_THAT(stream_.text, ::testing::StartsWith(insight_.lines + "-- the log ended: The access has ended"));
}

TEST_F(HeldLogsTest, AFollowedLogEndsWithTheMembership) {
  auto& vic = add_viewer("vic");
  follow();
  vic.teams["blue"] = TeamRole::kMember;
  access_changed("vic");
  run_until([left = 20]() mutable { return --left == 0; });
  EXPECT_EQ(insight_.held, 1) << "they may still see it";
  vic.teams = {{"red", TeamRole::kOwner}};
  access_changed("vic");
  ASSERT_TRUE(run_until([this] { return scope_.running() == 0; }));
  EXPECT_EQ(stream_.text,
            insight_.lines + "-- the log ended: You are no member of the store's team any more. --\n");
}

Task<void> read_log(Api& api, std::string token, std::vector<http::Response>& answers) {
  http::Request request{.target = "/api/v1/stores/demo/logs",
                        .headers = {{"Authorization", "Bearer " + token}}};
  auto response = co_await api.handle(std::move(request));
  answers.push_back(std::move(response));
}

TEST_F(HeldLogsTest, OneViewerMayReadSoManyLogsAtOnce) {
  const auto read_as = [this](const std::string& name, int times) {
    add_viewer(name);
    for (int i = 0; i < times; ++i) scope_.spawn("read", read_log(api_, name, answers_));
  };
  read_as("vic", 3);
  ASSERT_TRUE(run_until([this] { return insight_.held == 2 && answers_.size() == 1; }));
  EXPECT_EQ(answers_[0].status, 429U);
  read_as("ann", 2);
  ASSERT_TRUE(run_until([this] { return insight_.held == 4; }));
  read_as("sam", 1);
  ASSERT_TRUE(run_until([this] { return answers_.size() == 2; }));
  EXPECT_EQ(answers_[1].status, 503U) << "all together have as many as one process allows";
  EXPECT_EQ(code_of(answers_[1]), "Overloaded");
  insight_.holds = false;
  ASSERT_TRUE(run_until([this] { return scope_.running() == 0; }));
  ASSERT_EQ(answers_.size(), 6U);
  for (const auto& answer : answers_) {
    contract_.expect_documented("GET", "/api/v1/stores/demo/logs", answer);
    if (&answer > &answers_[1]) EXPECT_EQ(answer.status, 200U);
  }
  EXPECT_EQ(get("/api/v1/stores/demo/logs").status, 200U) << "a log that was read makes room";
}

TEST_F(InsightRoutesTest, UsageStandsBesideTheQuota) {
  ready_store("demo");
  insight_.used = {
      .measured_at = parse_time("2026-11-24T11:20:00Z"),
      .pods = {{.name = "web-0",
                .component = "web",
                .phase = "Running",
                .cpu_cores = 0.25,
                .memory_bytes = 1024}},
      .volumes = {{.name = "data", .phase = "Bound", .requested_bytes = 10, .capacity_bytes = 12}},
      .quota = {{.resource = "limits.memory", .hard = 4096, .used = 2048}}};
  const auto body = body_of(get("/api/v1/stores/demo/metrics"));
  EXPECT_EQ(array_at(body, {"pods"}).at(0).at("cpuCores").to_number<double>(), 0.25);
  EXPECT_EQ(array_at(body, {"volumes"}).at(0).at("capacityBytes").to_number<double>(), 12);
  EXPECT_EQ(array_at(body, {"quota"}).at(0).at("used").to_number<double>(), 2048);
  insight_.used = {.unavailable = "no metrics-server"};
  EXPECT_EQ(string_or(body_of(get("/api/v1/stores/demo/metrics")), {"unavailable"}), "no metrics-server");
  EXPECT_EQ(get("/api/v1/stores/none/metrics").status, 404U);
  insight_.failure = Error{ErrorCode::kUnavailable, "away"};
  EXPECT_EQ(get("/api/v1/stores/demo/metrics").status, 503U);
}

}  // namespace
}  // namespace storefleet::api
