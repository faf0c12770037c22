#include <map>

#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

/// An actor of a store with which every action has something to do.
class ActorTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    auto& observed = scenario_.ready().deleting().observed;
    observed.store.annotations[std::string(kReservationAnnotation)] = "r-1";
    observed.hosts.push_back({"new.test", std::nullopt});
    observed.engine.probe = {{.name = "cart", .path = "/cart"}};
    observed.stateful_sets[0].update_revision = "new";
    observed.pods.push_back(
        {.name = "database-1", .uid = "p3", .stateful_set = "database", .revision = "old"});
    observed.pods.push_back({.name = "web-2", .uid = "p4", .restarts = 9, .crashed_container = "php"});
  }

  /// What an action has asked of anybody; the API server has said no at once.
  std::string trace_of(ActionKind kind) {
    if (kind == ActionKind::kClaimHosts || kind == ActionKind::kCreateNamespace)
      api_->expect("GET", "/apis/storefleet.dev/v1alpha1/stores/demo",
                   {.body = R"({"metadata":{"uid":"uid-1"}})"});
    const auto outcome = act(kind);
    std::string trace;
    for (const auto& request : api_->requests) trace += request.method + request.target + request.body + "\n";
    for (const auto& request : shop_->requests) trace += request.method + request.target + "\n";
    for (const auto& call : releases_.calls) trace += call.operation + "\n";
    if (!history_.receipts.empty()) trace += "receipt\n";
    if (!ledger_.places.empty()) trace += "place\n";
    if (!ledger_.cancelled.empty()) trace += "cancelled\n";
    api_->requests.clear();
    shop_->requests.clear();
    releases_.calls.clear();
    history_.receipts.clear();
    ledger_.places.clear();
    ledger_.cancelled.clear();
    return trace;
  }
};

TEST_F(ActorTest, EveryKindOfActionDoesSomethingThatNoOtherDoes) {
  std::map<std::string, ActionKind> kind_of;
  for (const auto kind : action_kinds()) {
    const auto trace = trace_of(kind);
    EXPECT_NE(trace, "") << to_string(kind) << " does nothing";
    const auto [known, is_new] = kind_of.emplace(trace, kind);
    EXPECT_TRUE(is_new) << to_string(kind) << " does what " << to_string(known->second) << " does:\n"
                        << trace;
  }
  EXPECT_EQ(kind_of.size(), action_kinds().size());
}

}  // namespace
}  // namespace storefleet::store_operator
