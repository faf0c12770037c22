#include "controller/leader_election.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "k8s/testing.hpp"

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPath = "/apis/coordination.k8s.io/v1/namespaces/system/leases";

std::string lease(std::string_view holder, int transitions, int version, std::string_view renewed = "t") {
  return fmt::format(
      R"({{"metadata":{{"name":"l","resourceVersion":"{}"}},"spec":{{"holderIdentity":"{}","leaseDurationSeconds":1,"leaseTransitions":{},"renewTime":"{}"}}}})",
      version, holder, transitions, renewed);
}

class ElectionTest : public k8s::testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    LeaderElectionOptions options;
    options.lease = {"system", "l"};
    options.identity = "me";
    options.lease_duration = milliseconds(2000);
    options.renew_deadline = milliseconds(500);  // long for a busy machine
    options.retry_period = milliseconds(20);
    options.clock = [this] { return BootClock::now() + slept_; };
    election_.emplace(*client_, options);
    api_->answer_watches({.pieces = {R"({"type":"BOOKMARK","object":{}})"
                                     "\n"},
                          .after = k8s::testing::After::kHold});
  }
  void reads(std::string body) { api_->expect("GET", std::string(kPath) + "/l", {.body = std::move(body)}); }
  void refuses_write() { api_->expect("PUT", std::string(kPath) + "/l", {.status = 409}); }
  /// Leads as epoch 5, version 2.
  void lead() {
    reads(lease("", 4, 1));
    writes(lease("me", 5, 2));
    ASSERT_TRUE(get(election_->acquire()));
  }
  /// The methods of the requests from that one on.
  [[nodiscard]] std::string methods(std::size_t first) const {
    std::string all;
    for (auto i = first; i < api_->requests.size(); ++i) all += api_->requests[i].method + " ";
    return all;
  }
  void writes(std::string body) { api_->expect("PUT", std::string(kPath) + "/l", {.body = std::move(body)}); }

  milliseconds slept_{0};  // by the machine
  std::optional<LeaderElection> election_;
};

TEST_F(ElectionTest, CreatesTheLease) {
  api_->expect("GET", std::string(kPath) + "/l", {.status = 404});
  api_->expect("POST", std::string(kPath), {.body = lease("me", 7, 1)});
  EXPECT_TRUE(get(election_->acquire()));
  EXPECT_TRUE(election_->leading());
  const auto body = *parse_json(api_->requests[1].body);
  EXPECT_EQ(election_->epoch(), parse_lease(body).transitions);
}

TEST_F(ElectionTest, WaitsForTheHolderAndThenTakesOver) {
  for (int i = 0; i < 3; ++i) reads(lease("other", 4, i, std::to_string(i)));
  reads(lease("", 4, 9));
  writes(lease("me", 5, 10));
  EXPECT_TRUE(get(election_->acquire()));
  EXPECT_EQ(election_->epoch(), 5);
  EXPECT_TRUE(api_->exhausted());
}

TEST_F(ElectionTest, LosingARaceIsNotLeading) {
  reads(lease("", 4, 1));
  api_->expect("PUT", std::string(kPath) + "/l", {.status = 409});
  reads(lease("other", 5, 2));
  std::optional<Result<void>> result;
  TaskScope scope(context_.get_executor());
  scope.spawn("acquire", store(election_->acquire(), result));
  ASSERT_TRUE(run_until([&] { return api_->exhausted(); }));
  EXPECT_FALSE(election_->leading());
  scope.cancel();
  run(scope.join());
}

TEST_F(ElectionTest, NoticesThatAnotherTookOver) {
  lead();
  writes(lease("me", 5, 3));
  refuses_write();
  reads(lease("other", 6, 4));
  run(election_->hold_until_lost());
  EXPECT_FALSE(election_->leading());
  EXPECT_TRUE(api_->exhausted());
}

TEST_F(ElectionTest, ARenewalIsOneRequest) {
  lead();
  writes(lease("me", 5, 3));
  writes(lease("me", 5, 4));
  refuses_write();
  reads(lease("other", 6, 5));
  run(election_->hold_until_lost());
  EXPECT_EQ(methods(2), "PUT PUT PUT GET ");
  EXPECT_EQ(k8s::meta_resource_version(*parse_json(api_->requests[4].body)), "4");
}

TEST_F(ElectionTest, ALeaseThatAPersonTouchedIsStillItsHolders) {
  lead();
  refuses_write();
  reads(lease("me", 5, 7));
  writes(lease("me", 5, 8));
  refuses_write();
  reads(lease("me", 6, 9));  // a process of this name, but not this leadership
  run(election_->hold_until_lost());
  EXPECT_EQ(methods(2), "PUT GET PUT PUT GET ");
  EXPECT_EQ(k8s::meta_resource_version(*parse_json(api_->requests[4].body)), "7");
}

TEST_F(ElectionTest, AReleasedLeaseIsTakenAtOnce) {
  LeaderElectionOptions options{.lease = {"system", "l"}, .identity = "me"};
  options.retry_period = std::chrono::seconds(30);
  election_.emplace(*client_, options);
  api_->answer_watches(
      {.pieces = {fmt::format(R"({{"type":"ADDED","object":{}}})", lease("other", 4, 1)) + "\n",
                  fmt::format(R"({{"type":"MODIFIED","object":{}}})", lease("", 4, 2)) + "\n"},
       .after = k8s::testing::After::kHold});
  reads(lease("other", 4, 1));
  reads(lease("", 4, 2));
  writes(lease("me", 5, 3));
  EXPECT_TRUE(get(election_->acquire()));
  EXPECT_EQ(election_->epoch(), 5);
}

TEST_F(ElectionTest, ALeaderThatCannotRenewStepsDownInTime) {
  reads(lease("", 4, 1));
  writes(lease("me", 5, 2));
  ASSERT_TRUE(get(election_->acquire()));
  const auto start = std::chrono::steady_clock::now();
  run(election_->hold_until_lost());  // the script has ended: every answer is 500
  EXPECT_FALSE(election_->leading());
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2000)) << "another may lead from then on";
}

TEST_F(ElectionTest, ASlowServerKeepsItsLeader) {
  LeaderElectionOptions options{.lease = {"system", "l"}, .identity = "me"};
  options.lease_duration = milliseconds(3000);
  options.renew_deadline = milliseconds(1000);
  options.retry_period = milliseconds(200);
  election_.emplace(*client_, options);
  lead();
  // In the proportions of 3 s a request and 10 s between two renewals: a read before each would take too
  // long.
  for (int i = 3; i < 8; ++i)
    api_->expect("PUT", std::string(kPath) + "/l", {.body = lease("me", 5, i), .delay = milliseconds(300)});
  refuses_write();
  reads(lease("other", 6, 9));
  run(election_->hold_until_lost());
  EXPECT_TRUE(api_->exhausted()) << "the leader stepped down before another had led";
}

TEST_F(ElectionTest, TheFenceIsOpenForALeaderAlone) {
  EXPECT_EQ(election_->permit().error().reason, Reason::kStaleLeader);
  lead();
  const auto permit = election_->permit();
  ASSERT_TRUE(permit);
  EXPECT_LE(*permit, milliseconds(500));
  EXPECT_EQ(election_->longest(), milliseconds(1500));
  election_->stop_writing();
  EXPECT_EQ(election_->permit().error().reason, Reason::kStaleLeader);
}

TEST_F(ElectionTest, AMachineThatSleptShutsTheFenceBeforeAnythingIsAsked) {
  lead();
  EXPECT_TRUE(election_->permit());
  slept_ = milliseconds(450);
  EXPECT_FALSE(election_->permit()) << "what is left covers no request";
  slept_ = milliseconds(60'000);
  EXPECT_FALSE(election_->permit());
  EXPECT_TRUE(election_->leading()) << "it has not noticed yet";
  EXPECT_EQ(api_->requests.size(), 2U);
}

TEST_F(ElectionTest, AfterAPauseItLeadsOnWhereNobodyElseHas) {
  lead();
  slept_ = milliseconds(60'000);
  writes(lease("me", 5, 3));
  writes(lease("me", 5, 4));
  refuses_write();
  reads(lease("other", 6, 5));
  std::vector<bool> open;
  election_->on_renewal([&](BootClock::time_point until) {
    open.push_back(election_->permit().has_value() && until > BootClock::now() + slept_);
  });
  run(election_->hold_until_lost());
  EXPECT_EQ(open, std::vector<bool>(2, true));
  EXPECT_FALSE(election_->permit());
}

TEST_F(ElectionTest, ARenewalThatWasCutOffDoesNotKeepTheLeaseFromBeingReleased) {
  lead();
  api_->expect("PUT", std::string(kPath) + "/l", {.body = lease("me", 5, 3), .delay = milliseconds(200)});
  TaskScope scope(context_.get_executor());
  scope.spawn("hold", election_->hold_until_lost());
  ASSERT_TRUE(run_until([&] { return api_->exhausted(); }));
  scope.cancel();
  run(scope.join());
  refuses_write();  // the server took the renewal all the same
  reads(lease("me", 5, 3));
  writes(lease("", 5, 4));
  run(election_->release());
  EXPECT_TRUE(api_->exhausted());
  EXPECT_EQ(parse_lease(*parse_json(api_->requests.back().body)).holder, "");
}

TEST_F(ElectionTest, WhoeverGivesUpLeadsNoMoreAndRenewsNothing) {
  reads(lease("", 4, 1));
  writes(lease("me", 5, 2));
  ASSERT_TRUE(get(election_->acquire()));
  election_->give_up();
  run(election_->hold_until_lost());
  EXPECT_FALSE(election_->leading());
  run(election_->release());
  EXPECT_EQ(api_->requests.size(), 2U) << "the lease of who must not lead on runs out by itself";
}

TEST_F(ElectionTest, ACancelledLeaderCanReleaseItsLease) {
  reads(lease("", 4, 1));
  writes(lease("me", 5, 2));
  ASSERT_TRUE(get(election_->acquire()));
  TaskScope scope(context_.get_executor());
  scope.spawn("hold", election_->hold_until_lost());
  scope.cancel();
  run(scope.join());
  EXPECT_TRUE(election_->leading());
  writes(lease("", 5, 3));
  run(election_->release());
  EXPECT_FALSE(election_->leading());
  const auto body = *parse_json(api_->requests.back().body);
  EXPECT_EQ(parse_lease(body).holder, "");
  EXPECT_EQ(k8s::meta_resource_version(body), "2");
}

}  // namespace
}  // namespace storefleet::controller
