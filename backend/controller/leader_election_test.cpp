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
    election_.emplace(*client_, options);
  }
  void reads(std::string body) { api_->expect("GET", std::string(kPath) + "/l", {.body = std::move(body)}); }
  void writes(std::string body) { api_->expect("PUT", std::string(kPath) + "/l", {.body = std::move(body)}); }

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
  reads(lease("", 4, 1));
  writes(lease("me", 5, 2));
  ASSERT_TRUE(get(election_->acquire()));
  reads(lease("me", 5, 2));
  writes(lease("me", 5, 3));
  reads(lease("other", 6, 4));
  run(election_->hold_until_lost());
  EXPECT_FALSE(election_->leading());
  EXPECT_TRUE(api_->exhausted());
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
