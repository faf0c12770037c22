#include "base/base64.hpp"
#include "engines/store_secrets.hpp"
#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using engines::SecretTexts;
using k8s::testing::Reply;
using ::testing::ElementsAre;

class SecretsTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.policies();
    scenario_.observed.engine.secrets = {{"agentToken", 32}};
    scenario_.observed.engine.admin_user = "merchant";
  }

  static Reply found(json::object object) {
    object["metadata"].as_object()["resourceVersion"] = "41";
    return {.body = json::serialize(object)};
  }
  /// One that somebody changed since it was written.
  static Reply changed(json::object object, std::string_view key) {
    object["data"].as_object()[key] = encode_base64("by hand");
    return found(std::move(object));
  }
  [[nodiscard]] json::object secrets() const { return secrets_object(scenario_.observed.identity, kSecrets); }
  [[nodiscard]] json::object admin() const {
    return admin_secret_object(scenario_.observed.identity, kAdmin);
  }
  [[nodiscard]] json::object kept() const {
    return kept_secret_object(scenario_.observed.identity, {.secrets = kSecrets, .admin = kAdmin});
  }
  void expect_found(const Reply& secrets, const Reply& admin, const Reply& kept) {
    api_->expect("GET", core("secrets/store-kept"), kept);
    api_->expect("GET", core("secrets/store-secrets"), secrets);
    api_->expect("GET", core("secrets/store-admin"), admin);
  }
  static Reply none() { return refusal(404, "NotFound"); }
  /// What was written, after the three that were read.
  [[nodiscard]] std::vector<std::string> written() const {
    const auto all = lines();
    return {all.begin() + 3, all.end()};
  }
  [[nodiscard]] SecretTexts texts(std::size_t request) const { return engines::texts_of(sent(request)); }

  const SecretTexts kSecrets{{"agentToken", "the first token"}};
  const SecretTexts kAdmin{{"username", "merchant"}, {"password", "the first password"}, {"loginKey", "key"}};
};

TEST_F(SecretsTest, AreMadeWithFreshContentTheCopyFirst) {
  for (int i = 0; i < 3; ++i) api_->expect("POST", core("secrets"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_EQ(k8s::meta_name(sent(0)), engines::kKeptName);
  EXPECT_EQ(k8s::meta_name(sent(1)), engines::kSecretsName);
  EXPECT_EQ(texts(1)["agentToken"].size(), 32U);
  EXPECT_EQ(k8s::meta_name(sent(2)), kAdminSecretName);
  EXPECT_EQ(texts(2)["username"], "merchant");
  EXPECT_EQ(texts(2)["password"].size(), engines::kAdminPasswordLength);
  const auto copy = engines::kept_values(sent(0));
  EXPECT_EQ(copy.secrets, texts(1));
  EXPECT_EQ(copy.admin, texts(2));
}

TEST_F(SecretsTest, ThatAProcessBeforeMadeInPartAreFinished) {
  api_->expect("POST", core("secrets"), refusal(409, "AlreadyExists"));
  expect_found(none(), none(), found(kept()));
  for (int i = 0; i < 2; ++i) api_->expect("POST", core("secrets"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_EQ(texts(4), kSecrets);
  EXPECT_EQ(texts(5), kAdmin);
}

TEST_F(SecretsTest, ThatAreWholeAreLeftAsTheyAre) {
  scenario_.release();
  expect_found(found(secrets()), found(admin()), found(kept()));
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_THAT(written(), ElementsAre());
}

TEST_F(SecretsTest, OneThatIsDeletedComesBackWithTheSameValues) {
  scenario_.release();
  expect_found(none(), found(admin()), found(kept()));
  api_->expect("POST", core("secrets"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_EQ(texts(3), kSecrets) << "the database knows no other";
}

TEST_F(SecretsTest, OneThatIsChangedIsWhatItWas) {
  scenario_.release();
  expect_found(changed(secrets(), "agentToken"), changed(admin(), "password"), found(kept()));
  api_->expect("PUT", core("secrets/store-secrets"), taken());
  api_->expect("PUT", core("secrets/store-admin"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_EQ(texts(3), kSecrets);
  EXPECT_EQ(texts(4), kAdmin);
  EXPECT_EQ(k8s::meta_resource_version(sent(3)), "41");
}

TEST_F(SecretsTest, TheCopyIsMadeFromTheOthers) {
  scenario_.release();
  for (const auto& copy : {none(), changed(kept(), "secrets.agentToken")}) {
    expect_found(found(secrets()), found(admin()), copy);
    api_->expect(copy.status == 404 ? "POST" : "PUT", core("secrets"), taken());
    ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
    EXPECT_EQ(engines::kept_values(sent(api_->requests.size() - 1)).secrets, kSecrets);
  }
}

TEST_F(SecretsTest, ThoseOfAnOlderPlatformAreAdopted) {
  scenario_.release();
  auto old = secrets();
  old["metadata"].as_object().erase("annotations");
  auto old_admin = admin();
  const auto wish = annotation_of(StoreRequest::kResetAdminPassword);
  old_admin["metadata"].as_object()["annotations"] = {{wish, "once"}};
  expect_found(found(old), found(old_admin), none());
  api_->expect("POST", core("secrets"), taken());
  api_->expect("PUT", core("secrets/store-secrets"), taken());
  api_->expect("PUT", core("secrets/store-admin"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_EQ(k8s::meta_annotation(sent(3), wish), "once") << "else the password would be made anew";
  EXPECT_EQ(texts(4), kSecrets);
  EXPECT_EQ(texts(5), kAdmin);
}

TEST_F(SecretsTest, PasswordsThatNobodyKnowsAnyMoreAreNotMadeAnew) {
  scenario_.release();
  for (const auto& first : {none(), changed(secrets(), "agentToken")}) {
    expect_found(first, found(admin()), none());
    const auto result = act(ActionKind::kEnsureSecrets);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason, Reason::kSecretsLost);
    EXPECT_NE(result.error().message.find("store-secrets"), std::string::npos);
  }
  for (const auto& line : lines()) EXPECT_EQ(line.substr(0, 3), "GET");
}

TEST_F(SecretsTest, TheAdminsPasswordMayBeNewAndTheShopIsTold) {
  scenario_.release();
  expect_found(found(secrets()), none(), none());
  for (int i = 0; i < 2; ++i) api_->expect("POST", core("secrets"), taken());
  ASSERT_TRUE(act(ActionKind::kEnsureSecrets));
  EXPECT_TRUE(k8s::meta_annotation(sent(3), engines::kRemadeAnnotation));
  EXPECT_EQ(texts(4)["password"].size(), engines::kAdminPasswordLength);
}

TEST_F(SecretsTest, OneThatCannotBeReadOrWrittenIsAnError) {
  api_->expect("POST", core("secrets"), refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kEnsureSecrets).error().code, ErrorCode::kForbidden);
  scenario_.release();
  api_->expect("GET", core("secrets/store-kept"), refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kEnsureSecrets).error().code, ErrorCode::kForbidden);
  expect_found(found(secrets()), none(), found(kept()));
  api_->expect("POST", core("secrets"), refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kEnsureSecrets).error().code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace storefleet::store_operator
