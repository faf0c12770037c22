#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

class SecretsTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.policies();
    scenario_.observed.engine.secrets = {{"agentToken", 32}};
    scenario_.observed.engine.admin_user = "merchant";
  }
};

TEST_F(SecretsTest, AreMadeWithFreshContentInTheStoresNamespace) {
  api_->expect("POST", core("secrets"), taken());
  api_->expect("POST", core("secrets"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_EQ(k8s::meta_name(sent(0)), engines::kSecretsName);
  EXPECT_EQ(string_or(sent(0), {"stringData", "agentToken"}).size(), 32U);
  EXPECT_EQ(k8s::meta_name(sent(1)), kAdminSecretName);
  EXPECT_EQ(string_or(sent(1), {"stringData", "username"}), "merchant");
  EXPECT_EQ(string_or(sent(1), {"stringData", "password"}).size(), engines::kAdminPasswordLength);
  EXPECT_TRUE(memory_.secrets_ensured);
}

TEST_F(SecretsTest, ThatAreThereAlreadyAreLeftAsTheyAre) {
  api_->expect("POST", core("secrets"), refusal(409, "AlreadyExists"));
  api_->expect("POST", core("secrets"), refusal(409, "AlreadyExists"));
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_TRUE(memory_.secrets_ensured);
}

TEST_F(SecretsTest, OneThatCannotBeMadeIsAnErrorAndNothingIsRemembered) {
  api_->expect("POST", core("secrets"), refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kEnsureSecrets).error().code, ErrorCode::kForbidden);
  EXPECT_FALSE(memory_.secrets_ensured);
  api_->expect("POST", core("secrets"), taken());
  api_->expect("POST", core("secrets"), refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kEnsureSecrets).error().code, ErrorCode::kForbidden);
  EXPECT_FALSE(memory_.secrets_ensured) << "the first one alone is not enough";
}

}  // namespace
}  // namespace storefleet::store_operator
