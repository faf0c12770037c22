#include <gmock/gmock.h>

#include "api/access_watch.hpp"
#include "api/testing/event_hub_fixture.hpp"
#include "domain/testing/accounts.hpp"

namespace storefleet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A stream of a session whose access can change.
class RevokedStreamTest : public EventHubTest {
 protected:
  void connect_as(StreamClient& client, std::map<std::string, TeamRole> teams,
                  std::set<std::string> ids = {}) {
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
    scope_.spawn("stream", serve_to(*std::move(stream), client));
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

}  // namespace
}  // namespace storefleet::api
