#include "api/stream/event_hub.hpp"

#include <list>
#include <thread>

#include <gmock/gmock.h>

#include "api/access_watch.hpp"
#include "api/dto.hpp"
#include "domain/testing/accounts.hpp"
#include "domain/testing/ports.hpp"
#include "http/sse.hpp"
#include "http/testing.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

/// The client's end of a stream, in memory. `stalled`: the socket takes nothing more.
class Client : public http::ResponseStream {
 public:
  Task<Result<void>> write(std::string bytes) override {
    ++writes;
    while (stalled) {
      if (!co_await sleep_for(1ms)) co_return fail(ErrorCode::kCancelled, "cancelled");
    }
    if (gone) co_return fail(ErrorCode::kUnavailable, "the client has gone");
    text += bytes;
    for (auto& event : parser.feed(bytes)) events.push_back(std::move(event));
    co_return Result<void>{};
  }
  [[nodiscard]] bool open() const override { return !gone; }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    found.reserve(events.size());
    for (const auto& event : events) found.push_back(event.event);
    return found;
  }
  /// The sequences of the log events, in the order they came.
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> found;
    found.reserve(events.size());
    for (const auto& event : events)
      if (event.event == "event") found.push_back(event.id);
    return found;
  }

  std::string text;
  http::EventStreamParser parser;
  std::vector<http::ServerSentEvent> events;
  int writes = 0;
  bool stalled = false;
  bool gone = false;
  bool ended = false;
};

Task<void> serve(EventHub::Stream stream, Client& client) {
  co_await stream(client);
  client.ended = true;
}

Task<void> open_into(EventHub& hub, std::optional<std::int64_t> after,
                     std::expected<EventHub::Stream, Problem>& stream) {
  stream = co_await hub.open(Principal{.name = "admin", .role = PlatformRole::kAdmin}, after);
}

class EventHubTest : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }
  void TearDown() override {
    scope_.cancel();
    testing::run(context_, scope_.join());
  }

  void begin(EventHubOptions options) {
    scope_.cancel();
    testing::run(context_, scope_.join());
    options.read_pause = 5ms;
    stores_.listeners.clear();
    hub_.emplace(stores_, feed_, metrics_, options);
    scope_.spawn("hub", hub_->run());
    settle();
  }
  /// Lets everything happen that is due; rounds rather than a time, so that a busy machine changes nothing.
  void settle(int rounds = 15) {
    for (int i = 0; i < rounds; ++i) {
      std::this_thread::sleep_for(2ms);
      context_.restart();
      context_.poll();
    }
  }
  std::expected<EventHub::Stream, Problem> open(std::optional<std::int64_t> after = {}) {
    std::expected<EventHub::Stream, Problem> stream;
    testing::run(context_, open_into(*hub_, after, stream));
    return stream;
  }
  void connect(Client& client, std::optional<std::int64_t> after = {}) {
    auto stream = open(after);
    ASSERT_TRUE(stream) << stream.error().detail;
    scope_.spawn("stream", serve(*std::move(stream), client));
    settle();
  }
  /// The controller writes events, the database announces them.
  void append(int count, const std::string& team = "default") {
    for (int i = 0; i < count; ++i) {
      const auto sequence = static_cast<std::int64_t>(history_.log.size()) + 1;
      history_.log.push_back({.sequence = sequence,
                              .store_uid = "uid-of-demo",
                              .store_name = "demo",
                              .team = team,
                              .at = parse_time("2026-11-24T11:15:00Z").value(),
                              .source = "storefleet",
                              .reason = "StepFinished",
                              .message = "two\nlines"});
    }
    feed_.announce();
  }
  static Store store(const std::string& name, Phase phase) {
    Store store;
    store.name = name;
    store.uid = "uid-of-" + name;
    store.status.phase = phase;
    return store;
  }

  asio::io_context context_;
  std::list<Client> clients_;
  MemoryStores stores_;
  MemoryHistory history_;
  MemoryFeed feed_{history_};
  prometheus::Registry metrics_;
  std::optional<EventHub> hub_;
  TaskScope scope_{context_.get_executor()};
};

/// A stream of a session whose access can change.
class RevokedStreamTest : public EventHubTest {
 protected:
  void connect_as(Client& client, std::map<std::string, TeamRole> teams, std::set<std::string> ids = {}) {
    logins_.by_sessions["s"] = {.user = {.id = "ann", .name = "ann"}, .teams = teams, .team_ids = ids};
    Principal caller{.name = "ann",
                     .user_id = "ann",
                     .teams = std::move(teams),
                     .scope = TokenScope::kFull,
                     .via = Via::kSession,
                     .credential = "s",
                     .team_ids = std::move(ids)};
    std::expected<EventHub::Stream, Problem> stream;
    testing::run(context_, open_leased(*hub_, access_.lease(caller), caller, stream));
    ASSERT_TRUE(stream);
    scope_.spawn("stream", serve(*std::move(stream), client));
    settle();
  }
  static Task<void> open_leased(EventHub& hub, std::shared_ptr<AccessLease> lease, Principal caller,
                                std::expected<EventHub::Stream, Problem>& stream) {
    stream = co_await hub.open(std::move(caller), 0, std::move(lease));
  }
  void access_changed() {
    logins_.changes.push_back(
        {.id = static_cast<std::int64_t>(logins_.changes.size()) + 1, .user_id = "ann"});
    testing::run(context_, access_.look());
    settle();
  }
  void TearDown() override {
    EventHubTest::TearDown();
    hub_.reset();
  }

  MemoryLogins logins_;
  AccessWatch access_{logins_};
};

TEST_F(RevokedStreamTest, SaysWhyItEnds) {
  auto& client = clients_.emplace_back();
  connect_as(client, {{"default", TeamRole::kViewer}});
  EXPECT_FALSE(client.ended);
  logins_.by_sessions.clear();
  access_changed();
  EXPECT_TRUE(client.ended);
  ASSERT_FALSE(client.events.empty());
  EXPECT_EQ(client.events.back().event, "end");
  EXPECT_THAT(client.events.back().data, HasSubstr("AccessEnded"));
  append(1);
  settle();
  EXPECT_THAT(client.ids(), SizeIs(0));
}

TEST_F(RevokedStreamTest, ALostTeamIsNotSeenAnyMore) {
  auto& client = clients_.emplace_back();
  connect_as(client, {{"default", TeamRole::kViewer}, {"blue", TeamRole::kViewer}});
  append(1, "blue");
  settle();
  EXPECT_THAT(client.ids(), ElementsAre("1"));
  logins_.by_sessions["s"].teams.erase("blue");
  access_changed();
  EXPECT_FALSE(client.ended);
  EXPECT_EQ(client.events.back().event, "resync");
  append(1, "blue");
  append(1, "default");
  settle();
  EXPECT_THAT(client.ids(), ElementsAre("1", "3"));
}

TEST_F(RevokedStreamTest, AnotherTeamOfTheSameNameIsAnother) {
  append(2, "blue");
  history_.log[0].team_id = "the-old-blue";
  history_.log[1].team_id = "the-new-blue";
  settle();
  auto& client = clients_.emplace_back();
  connect_as(client, {{"blue", TeamRole::kOwner}}, {"the-new-blue"});
  EXPECT_THAT(client.ids(), ElementsAre("2"));
}

TEST_F(EventHubTest, AStreamBeginsNowAndSaysWhereItIs) {
  append(3);
  settle();
  auto& client = clients_.emplace_back();
  connect(client);
  EXPECT_THAT(client.text, ::testing::StartsWith("retry: "));
  ASSERT_THAT(client.names(), ElementsAre("resync"));
  EXPECT_EQ(client.events[0].id, "3");
  EXPECT_EQ(client.events[0].data, R"({"sequence":3,"complete":true})");
  append(2);
  settle();
  EXPECT_THAT(client.ids(), ElementsAre("4", "5"));
  EXPECT_EQ(client.events[1].data, json::serialize(event_dto(history_.log[3])));
}

TEST_F(EventHubTest, ChangesOfStoresAreSentWithoutAnId) {
  auto& client = clients_.emplace_back();
  connect(client);
  stores_.change("demo", store("demo", Phase::kProvisioning));
  settle();
  stores_.change("demo", store("demo", Phase::kReady));
  settle();
  stores_.change("demo", std::nullopt);
  settle();
  ASSERT_THAT(client.names(), ElementsAre("resync", "store", "store", "store-deleted"));
  EXPECT_EQ(client.events[2].data, json::serialize(store_dto(store("demo", Phase::kReady))));
  EXPECT_EQ(client.events[3].data, R"({"name":"demo","uid":"uid-of-demo"})");
  const auto frames = client.text.substr(client.text.find("event: store"));
  EXPECT_THAT(frames, Not(HasSubstr("id: ")));
}

TEST_F(EventHubTest, AChangeThatNobodyCanSeeIsNotSent) {
  auto demo = store("demo", Phase::kReady);
  stores_.change("demo", demo);
  auto& client = clients_.emplace_back();
  connect(client);
  demo.resource_version = "2";
  demo.annotations["internal"] = "x";
  stores_.change("demo", demo);
  settle();
  EXPECT_THAT(client.names(), ElementsAre("resync"));
}

TEST_F(EventHubTest, ANameThatWasTakenAgainIsTwoStores) {
  auto& client = clients_.emplace_back();
  stores_.change("demo", store("demo", Phase::kDeleting));
  connect(client);
  auto next = store("demo", Phase::kPending);
  next.uid = "another";
  stores_.change("demo", next);
  settle();
  EXPECT_THAT(client.names(), ElementsAre("resync", "store-deleted", "store"));
}

TEST_F(EventHubTest, WhatWasMissedComesFirstThenTheHint) {
  append(5);
  settle();
  auto& client = clients_.emplace_back();
  connect(client, 2);
  EXPECT_THAT(client.names(), ElementsAre("event", "event", "event", "resync"));
  EXPECT_THAT(client.ids(), ElementsAre("3", "4", "5"));
  append(1);
  settle();
  EXPECT_THAT(client.ids(), ElementsAre("3", "4", "5", "6"));
}

TEST_F(EventHubTest, WhatIsNoLongerInMemoryIsReadFromTheLogPageByPage) {
  begin({.recent = 4, .page = 3});
  append(20);
  settle();
  auto& client = clients_.emplace_back();
  connect(client, 0);
  std::vector<std::string> all;
  all.reserve(20);
  for (int i = 1; i <= 20; ++i) all.push_back(std::to_string(i));
  EXPECT_EQ(client.ids(), all);
  EXPECT_THAT(client.text, HasSubstr(R"("complete":true)"));
}

TEST_F(EventHubTest, EventsThatComeDuringAReplayAreNeitherLostNorDoubled) {
  begin({.recent = 4, .page = 3});
  append(20);
  settle();
  auto& client = clients_.emplace_back();
  client.stalled = true;
  connect(client, 0);
  append(20);
  settle();
  client.stalled = false;
  settle();
  append(2);
  settle();
  std::vector<std::string> all;
  all.reserve(42);
  for (int i = 1; i <= 42; ++i) all.push_back(std::to_string(i));
  EXPECT_EQ(client.ids(), all);
}

TEST_F(EventHubTest, AReplayOfWhatWasDeletedSaysThatItIsNotComplete) {
  append(10);
  history_.log.erase(history_.log.begin(), history_.log.begin() + 5);
  settle();
  auto& client = clients_.emplace_back();
  connect(client, 2);
  EXPECT_THAT(client.ids(), ElementsAre("6", "7", "8", "9", "10"));
  EXPECT_THAT(client.text, HasSubstr(R"({"sequence":10,"complete":false})"));
}

TEST_F(EventHubTest, ASequenceOfTheFutureIsRefusedUnlessAnotherReplicaKnowsItAlready) {
  append(3);
  settle();
  const auto refused = open(4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 400U);
  append(2);
  feed_.announced = false;  // this replica does not know yet
  auto& client = clients_.emplace_back();
  connect(client, 4);
  feed_.announce();
  settle();
  EXPECT_THAT(client.ids(), ElementsAre("5"));
}

TEST_F(EventHubTest, UntilTheLogWasReadNobodyGetsIn) {
  history_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  begin({});
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 503U);
  EXPECT_EQ(refused.error().code, ProblemCode::kDatabaseUnreachable);
  EXPECT_FALSE(hub_->caught_up());
  history_.failure.reset();
  settle();
  EXPECT_TRUE(hub_->caught_up());
  EXPECT_TRUE(open());
  history_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  settle();
  EXPECT_TRUE(hub_->caught_up()) << "streams open from what is in memory";
}

TEST_F(EventHubTest, WhileTheDatabaseIsAwayStoresGoOnAndEventsComeLater) {
  auto& client = clients_.emplace_back();
  connect(client);
  history_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  append(2);
  stores_.change("demo", store("demo", Phase::kReady));
  settle();
  EXPECT_THAT(client.names(), ElementsAre("resync", "store"));
  history_.failure.reset();
  settle();
  EXPECT_THAT(client.ids(), ElementsAre("1", "2"));
}

TEST_F(EventHubTest, WhatTheCallerMayNotSeeIsNotSentAndTakesNothingAway) {
  begin({.recent = 8, .page = 3, .heartbeat = 20ms, .visible = [](const Principal&, std::string_view team) {
           return team == "ours";
         }});
  append(1, "ours");
  append(10, "theirs");
  append(1, "ours");
  append(1, "theirs");
  settle();
  auto& client = clients_.emplace_back();
  connect(client, 0);
  EXPECT_THAT(client.ids(), ElementsAre("1", "12"));
  append(30, "theirs");  // more than is kept in memory
  settle();
  append(1, "ours");
  auto hidden = store("hidden", Phase::kReady);
  hidden.spec.team = "theirs";
  auto shown = store("shown", Phase::kReady);
  shown.spec.team = "ours";
  stores_.change("hidden", hidden);
  stores_.change("shown", shown);
  stores_.change("hidden", std::nullopt);
  settle();
  EXPECT_FALSE(client.ended);
  EXPECT_THAT(client.ids(), ElementsAre("1", "12", "44"));
  EXPECT_THAT(client.text, Not(HasSubstr("theirs")));
  EXPECT_THAT(client.text, Not(HasSubstr("hidden")));
  EXPECT_THAT(client.text, HasSubstr("uid-of-shown"));
  append(2, "theirs");
  settle(30);
  EXPECT_EQ(client.parser.last_event_id(), "46");
  EXPECT_THAT(client.text, HasSubstr(":\nid: 46\n\n"));
}

TEST_F(EventHubTest, SilenceIsBrokenByAHeartbeatThatKeepsThePlace) {
  begin({.heartbeat = 20ms});
  append(1);
  settle();
  auto& client = clients_.emplace_back();
  connect(client);
  settle(30);
  EXPECT_THAT(client.text, HasSubstr(":\nid: 1\n\n"));
  EXPECT_THAT(client.names(), ElementsAre("resync"));
}

TEST_F(EventHubTest, AClientThatTheLogHasLeftBehindIsClosedAndMissesNothing) {
  begin({.recent = 8});
  auto& client = clients_.emplace_back();
  connect(client);
  client.stalled = true;
  append(1);
  settle();
  append(20);
  settle();
  client.stalled = false;
  settle();
  EXPECT_TRUE(client.ended);
  EXPECT_THAT(client.ids(), ElementsAre("1"));
  EXPECT_EQ(hub_->open_streams(), 0U);
  auto& again = clients_.emplace_back();
  connect(again, 1);
  EXPECT_THAT(again.ids(), SizeIs(20));
}

TEST_F(EventHubTest, OfManyChangesASlowClientGetsTheLastOfEachStoreOrTheHint) {
  begin({.most_stores = 3});
  auto& client = clients_.emplace_back();
  connect(client);
  client.stalled = true;
  stores_.change("first", store("first", Phase::kPending));  // this one is under way
  settle();
  for (const auto phase : {Phase::kPending, Phase::kProvisioning, Phase::kReady})
    stores_.change("demo", store("demo", phase));
  client.stalled = false;
  settle();
  EXPECT_THAT(client.names(), ElementsAre("resync", "store", "store"));
  EXPECT_THAT(client.events.back().data, HasSubstr("Ready"));
  for (int i = 0; i < 10; ++i) {
    const auto name = "many" + std::to_string(i);
    stores_.change(name, store(name, Phase::kReady));
  }
  settle();
  EXPECT_EQ(client.names().back(), "resync");
  EXPECT_THAT(client.names(), SizeIs(4));
}

TEST_F(EventHubTest, ABurstIsOneWrite) {
  auto& client = clients_.emplace_back();
  connect(client);
  const auto before = client.writes;
  append(100);
  settle();
  EXPECT_THAT(client.ids(), SizeIs(100));
  EXPECT_LE(client.writes, before + 2);
}

TEST_F(EventHubTest, OneStreamTooManyIs503AndAnEndedOneMakesRoom) {
  begin({.streams = {.total = 2, .each = 9}});
  auto unused = open();
  auto& client = clients_.emplace_back();
  connect(client);
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 503U);
  EXPECT_EQ(refused.error().code, ProblemCode::kTooManyStreams);
  EXPECT_TRUE(refused.error().retry_after);
  unused = std::unexpected(Problem{});  // a response that was never sent
  EXPECT_EQ(hub_->open_streams(), 1U);
  EXPECT_TRUE(open());
}

TEST_F(EventHubTest, OneUsersStreamsEndBeforeThoseOfAll) {
  begin({.streams = {.total = 9, .each = 1}});
  auto first = open();
  ASSERT_TRUE(first);
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 429U);
  EXPECT_EQ(refused.error().code, ProblemCode::kTooManyStreams);
  EXPECT_TRUE(refused.error().retry_after);
  EXPECT_EQ(hub_->open_streams(), 1U);
}

TEST_F(EventHubTest, AStreamEndsWithItsClientItsServerOrItsTime) {
  begin({.lifetime = 500ms});
  auto& leaves = clients_.emplace_back();
  auto& stays = clients_.emplace_back();
  connect(leaves);
  connect(stays);
  leaves.gone = true;
  append(1);
  settle();
  EXPECT_TRUE(leaves.ended);
  EXPECT_FALSE(stays.ended);
  std::this_thread::sleep_for(700ms);
  settle();
  EXPECT_TRUE(stays.ended);
  EXPECT_EQ(hub_->open_streams(), 0U);
  auto& cut = clients_.emplace_back();
  connect(cut);
  scope_.cancel();
  testing::run(context_, scope_.join());
  EXPECT_TRUE(cut.ended);
  EXPECT_EQ(hub_->open_streams(), 0U);
}

TEST_F(EventHubTest, ALogThatWasSetBackEndsTheStreams) {
  append(5);
  settle();
  auto& client = clients_.emplace_back();
  connect(client);
  history_.log.resize(2);
  feed_.announce();
  settle();
  append(1);
  stores_.change("demo", store("demo", Phase::kReady));
  settle();
  EXPECT_TRUE(client.ended);
  auto& again = clients_.emplace_back();
  connect(again, 2);
  EXPECT_THAT(again.ids(), ElementsAre("3"));
}

}  // namespace
}  // namespace storefleet::api
