#include "operator/isolation_keeper.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "k8s/testing.hpp"
#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using storefleet::testing::at;
using ::testing::HasSubstr;

constexpr auto kPods = "/api/v1/namespaces/probes/pods?";
constexpr auto kRecord = "/api/v1/namespaces/platform/configmaps/storefleet-isolation";
const std::string kOnePod =
    R"({"items":[{"metadata":{"name":"probe-1"},"status":{"phase":"Running","podIP":"10.0.0.7",
    "conditions":[{"type":"Ready","status":"True"}]}}]})";

class ScriptedProbe : public probes::IsolationProbe {
 public:
  Task<probes::IsolationSight> look(std::string address) override {
    asked.push_back(address);
    auto sight = next;
    sight.address = std::move(address);
    co_return sight;
  }
  probes::IsolationSight next;
  std::vector<std::string> asked;
};

probes::IsolationSight enforced() {
  return {.allowed_before = probes::ConnectionOutcome::kGreeted,
          .forbidden = probes::ConnectionOutcome::kNone,
          .allowed_after = probes::ConnectionOutcome::kGreeted,
          .forbidden_listens = true,
          .egress = probes::ProbeEgress::kClosed};
}

probes::IsolationSight arrived() {
  auto sight = enforced();
  sight.forbidden = probes::ConnectionOutcome::kGreeted;
  return sight;
}

class IsolationKeeperTest : public k8s::testing::ApiTest {
 protected:
  IsolationKeeper keeper(bool required = true) {
    return {*client_,
            probe_,
            {.platform_namespace = "platform",
             .probe_namespace = "probes",
             .interval = 60min,
             .required = required}};
  }

  void look(IsolationKeeper& keeper, probes::IsolationSight sight, TimePoint now, bool published) {
    probe_.next = std::move(sight);
    api_->expect("GET", kPods, {.body = kOnePod});
    if (published) api_->expect("PATCH", kRecord, {.body = "{}"});
    run(keeper.look(now));
    EXPECT_TRUE(api_->exhausted());
  }

  ScriptedProbe probe_;
};

TEST_F(IsolationKeeperTest, WhatASightProvesIsKeptAndOpensOrShutsTheGate) {
  auto keeper = this->keeper();
  ASSERT_TRUE(keeper.hold());
  EXPECT_FALSE(keeper.hold()->settled) << "nobody has looked yet";
  look(keeper, enforced(), at(1s), true);
  EXPECT_EQ(probe_.asked, std::vector<std::string>{"10.0.0.7"});
  EXPECT_EQ(keeper.verdict().state, IsolationState::kEnforced);
  EXPECT_FALSE(keeper.hold());
  EXPECT_EQ(keeper.pause(), 60min);
  EXPECT_THAT(api_->requests.back().body, HasSubstr("Enforced"));

  look(keeper, enforced(), at(2h), true);
  EXPECT_EQ(keeper.verdict().since, at(1s)) << "the same state since the first look";
  EXPECT_EQ(keeper.verdict().looked_at, at(2h));

  look(keeper, arrived(), at(3h), true);
  EXPECT_EQ(keeper.verdict().state, IsolationState::kNotEnforced);
  EXPECT_EQ(keeper.verdict().since, at(3h));
  ASSERT_TRUE(keeper.hold());
  EXPECT_TRUE(keeper.hold()->settled);
  EXPECT_THAT(keeper.hold()->why, HasSubstr("arrived"));
}

TEST_F(IsolationKeeperTest, WhereItIsNotRequiredNothingIsHeldBack) {
  auto keeper = this->keeper(false);
  EXPECT_FALSE(keeper.hold());
  look(keeper, arrived(), at(1s), true);
  EXPECT_EQ(keeper.verdict().state, IsolationState::kNotEnforced);
  EXPECT_FALSE(keeper.hold());
}

TEST_F(IsolationKeeperTest, AMissingPodIsNoNewsAtFirstAndUnknownThen) {
  auto keeper = this->keeper();
  look(keeper, enforced(), at(1s), true);
  for (int i = 1; i <= 6; ++i) {
    api_->expect("GET", kPods, {.body = R"({"items":[]})"});
    if (i == 6) api_->expect("PATCH", kRecord, {.body = "{}"});
    run(keeper.look(at(1h + std::chrono::seconds(i))));
    EXPECT_LE(keeper.pause(), 1min) << "it is tried again soon";
    EXPECT_EQ(keeper.hold().has_value(), i == 6) << i;
  }
  EXPECT_EQ(keeper.verdict().state, IsolationState::kUnknown);
  EXPECT_TRUE(keeper.hold()->settled) << "a person should know by then";
  EXPECT_THAT(keeper.hold()->why, HasSubstr("No probe pod runs in namespace probes"));
  look(keeper, enforced(), at(2h), true);
  EXPECT_FALSE(keeper.hold()) << "it is back";
}

TEST_F(IsolationKeeperTest, TheNextLeaderBelievesOnlyWhatIsFresh) {
  const auto recall = [&](const std::string& state, std::chrono::minutes ago) {
    const auto text = json::serialize(json::object{{"state", state},
                                                   {"evidence", "e"},
                                                   {"since", format_time(at({}))},
                                                   {"lookedAt", format_time(at({}))}});
    api_->expect("GET", kRecord, {.body = json::serialize(json::object{{"data", {{"verdict", text}}}})});
    auto keeper = this->keeper();
    run(keeper.recall(at(ago)));
    return keeper.verdict().state;
  };
  EXPECT_EQ(recall("Enforced", 10min), IsolationState::kEnforced);
  EXPECT_EQ(recall("Enforced", 121min), IsolationState::kUnknown);
  EXPECT_EQ(recall("NotEnforced", 1000min), IsolationState::kNotEnforced);
  EXPECT_EQ(recall("nonsense", 1min), IsolationState::kUnknown);
}

TEST_F(IsolationKeeperTest, PodsThatCannotBeLookedUpProveNothing) {
  auto keeper = this->keeper();
  api_->expect("GET", kPods, {.status = 403});
  api_->expect("PATCH", kRecord, {.status = 500});
  run(keeper.look(at(1s)));
  EXPECT_EQ(keeper.verdict().state, IsolationState::kUnknown);
  EXPECT_THAT(keeper.verdict().evidence, HasSubstr("cannot be looked up"));
  EXPECT_TRUE(keeper.hold()) << "whether the verdict could be kept or not";
}

TEST_F(IsolationKeeperTest, LooksAtOnceWhenItBeginsToLeadAndThenWaits) {
  probe_.next = enforced();
  api_->expect("GET", kRecord, {.status = 404});
  api_->expect("GET", kPods, {.body = kOnePod});
  api_->expect("PATCH", kRecord, {.body = "{}"});
  auto keeper = this->keeper();
  TaskScope scope(context_.get_executor());
  scope.spawn("keeper", keeper.run());
  EXPECT_TRUE(run_until([&] { return api_->exhausted() && !keeper.hold(); }));
  scope.cancel();
  run(scope.join());
  EXPECT_EQ(probe_.asked.size(), 1U);
}

TEST(FindProbePod, TakesOneThatIsReady) {
  const auto pods = [](const std::string& items) {
    return parse_json(R"({"items":[)" + items + "]}").value();
  };
  const std::string ready =
      R"("status":{"phase":"Running","podIP":"10.0.0.7","conditions":[{"type":"Ready","status":"True"}]})";
  EXPECT_EQ(find_probe_pod(pods(R"({"metadata":{"name":"a"},)" + ready + "}")).address, "10.0.0.7");
  EXPECT_EQ(
      find_probe_pod(pods(R"({"metadata":{"name":"a","deletionTimestamp":"x"},)" + ready + "}")).address, "");
  const auto pending = find_probe_pod(pods(R"({"metadata":{"name":"a"},"status":{"phase":"Pending"}})"));
  EXPECT_EQ(pending.address, "");
  EXPECT_EQ(pending.instead, "a is Pending and not ready");
  EXPECT_EQ(find_probe_pod(pods("")).instead, "there is none");
}

}  // namespace
}  // namespace storefleet::store_operator
