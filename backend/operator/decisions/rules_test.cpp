#include "operator/decisions/rules.hpp"

#include <gtest/gtest.h>

#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using testing::at;
using testing::Scenario;

TEST(Rules, ATeardownWithoutTheOperatorsBindingLeavesTheRestToTheNamespace) {
  auto scenario = Scenario().ready().deleting();
  scenario.observed.bindings = {{.name = "storefleet-api", .hash = "b2"}};
  const auto decision = decide(scenario.observed, at({}));
  const auto* action = std::get_if<Action>(&decision.next);
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->kind, ActionKind::kDeleteNamespace) << "it may do nothing else";
}

}  // namespace
}  // namespace storefleet::store_operator
