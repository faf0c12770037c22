#include <gmock/gmock.h>

#include "api/dto.hpp"
#include "api/testing/event_hub_fixture.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

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
