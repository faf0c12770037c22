#include "operator/watch/action_kind.hpp"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace storefleet::store_operator {
namespace {

TEST(ActionKinds, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const auto kind : action_kinds()) names.insert(to_string(kind));
  EXPECT_EQ(names.size(), action_kinds().size());
  EXPECT_FALSE(names.contains(""));
}

TEST(ActionKinds, ArePreparationUpToTheRelease) {
  const std::set<ActionKind> preparation{ActionKind::kAddFinalizer,  ActionKind::kAdmit,
                                         ActionKind::kClaimHosts,    ActionKind::kCreateNamespace,
                                         ActionKind::kBind,          ActionKind::kApplyPolicies,
                                         ActionKind::kEnsureSecrets, ActionKind::kLabelNamespace};
  for (const auto kind : action_kinds())
    EXPECT_EQ(is_preparation(kind), preparation.contains(kind)) << to_string(kind);
}

}  // namespace
}  // namespace storefleet::store_operator
