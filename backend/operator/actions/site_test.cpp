#include "base/base64.hpp"
#include "base/fingerprint.hpp"
#include "engines/store_secrets.hpp"
#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kWish = "2026-11-24T11:15:00Z";

/// An actor beside an in-pod endpoint at 127.0.0.1.
class SiteTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    scenario_.workloads().observed.engine.agent_port = shop_->port();
    scenario_.observed.engine.site_path = "/site";
    scenario_.observed.engine.admin_user = "merchant";
    scenario_.observed.desired.site = {{"title", "Demo"}};
  }

  static std::string secret(const std::string& key, const std::string& text) {
    return json::serialize(
        json::object{{"metadata", {{"name", "s"}}}, {"data", {{key, encode_base64(text)}}}});
  }
  void expect_token() {
    api_->expect("GET", core("secrets/store-secrets"), {.body = secret("agentToken", "sesame")});
  }
  void expect_password() {
    api_->expect("GET", core("secrets/store-admin"), {.body = secret("password", "open")});
  }
  void expect_pod(const std::string& uid, const std::string& address) {
    api_->expect(
        "GET", core("pods/web-1"),
        {.body = fmt::format(
             R"({{"metadata":{{"name":"web-1","uid":"{}"}},"status":{{"phase":"Running","podIP":"{}"}}}})",
             uid, address)});
  }
  /// The answers to what the actor reads: Secrets, then the web pod as it is now.
  void expect_reads(const std::string& uid, const std::string& address) {
    expect_token();
    expect_password();
    expect_pod(uid, address);
  }
  Result<void> configure_site() { return act(ActionKind::kConfigureSite); }
  void wish_for_a_password() {
    scenario_.observed.store.annotations[std::string(annotation_of(StoreRequest::kResetAdminPassword))] =
        kWish;
  }
  /// The kept Secret, whose password answers that wish.
  void expect_kept_secret(const std::string& answered) {
    auto object = kept_secret_object(scenario_.observed.identity, {.secrets = {{"agentToken", "sesame"}},
                                                                   .admin = {{"password", "open"}}});
    auto& metadata = object["metadata"].as_object();
    metadata["resourceVersion"] = "41";
    metadata["annotations"].as_object()[annotation_of(StoreRequest::kResetAdminPassword)] = answered;
    api_->expect("GET", core("secrets/store-kept"), {.body = json::serialize(object)});
  }
  [[nodiscard]] json::value told() const { return parse_json(shop_->requests.at(0).body).value(); }
};

TEST_F(SiteTest, ThePodGetsItsSettingsAndTheAdminsAccountByItsToken) {
  expect_reads("p2", "127.0.0.1");
  ASSERT_TRUE(configure_site());
  EXPECT_THAT(shop_->asked(), ElementsAre("PUT /site"));
  EXPECT_EQ(shop_->requests[0].headers.get("Authorization"), "Bearer sesame");
  EXPECT_EQ(string_or(told(), {"title"}), "Demo");
  EXPECT_EQ(string_or(told(), {"adminUser"}), "merchant");
  EXPECT_EQ(string_or(told(), {"adminPassword"}), "open");
  EXPECT_EQ(scenario_.observed.memory.site_applied, "s1");
}

TEST_F(SiteTest, AnAddressThatIsAnotherPodsByNowGetsNoPassword) {
  scenario_.observed.pods[1].ip = "127.0.0.1";
  expect_reads("another", "127.0.0.1");
  const auto configured = configure_site();
  ASSERT_FALSE(configured);
  EXPECT_EQ(configured.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(shop_->asked(), IsEmpty());
  EXPECT_EQ(scenario_.observed.memory.site_applied, "");
}

TEST_F(SiteTest, TheAddressIsThatOfThePodNowWhateverTheCacheHas) {
  scenario_.observed.pods[1].ip = "127.0.0.2";
  expect_reads("p2", "127.0.0.1");
  const auto configured = configure_site();
  ASSERT_TRUE(configured) << configured.error().message;
  EXPECT_THAT(shop_->asked(), ElementsAre("PUT /site"));
  EXPECT_EQ(scenario_.observed.memory.site_applied, "s1");
}

TEST_F(SiteTest, WithoutAWebPodNothingIsRead) {
  scenario_.observed.pods.clear();
  EXPECT_EQ(configure_site().error().message, "there is no web pod");
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(SiteTest, ASecretThatCannotBeReadIsAnErrorAndThePodIsNotAsked) {
  api_->expect("GET", core("secrets/store-secrets"), refusal(404, "NotFound"));
  EXPECT_EQ(configure_site().error().code, ErrorCode::kNotFound);
  expect_token();
  api_->expect("GET", core("secrets/store-admin"), refusal(403, "Forbidden"));
  EXPECT_EQ(configure_site().error().code, ErrorCode::kForbidden);
  expect_token();
  expect_password();
  api_->expect("GET", core("pods/web-1"), refusal(404, "NotFound"));
  EXPECT_THAT(configure_site().error().message, HasSubstr("the web pod"));
  EXPECT_THAT(shop_->asked(), IsEmpty());
  EXPECT_EQ(scenario_.observed.memory.site_applied, "");
}

TEST_F(SiteTest, ASecretThatSomebodyBrokeIsNamed) {
  api_->expect("GET", core("secrets/store-secrets"), {.body = secret("other", "x")});
  EXPECT_EQ(configure_site().error().message, "Secret s has no key agentToken");
  api_->expect("GET", core("secrets/store-secrets"),
               {.body = R"({"metadata":{"name":"s"},"data":{"agentToken":"%"}})"});
  EXPECT_EQ(configure_site().error().message, "key agentToken of Secret s is not base64");
}

TEST_F(SiteTest, AnAnswerThatIsNoYesIsAnErrorAndIsNotRemembered) {
  shop_->status = 503;
  expect_reads("p2", "127.0.0.1");
  EXPECT_EQ(configure_site().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(scenario_.observed.memory.site_applied, "");
}

TEST_F(SiteTest, APodThatDoesNotAnswerIsAnErrorAndIsNotRemembered) {
  run(shop_->stop());
  expect_reads("p2", "127.0.0.1");
  EXPECT_THAT(configure_site().error().message, HasSubstr("the store's settings endpoint"));
  EXPECT_EQ(scenario_.observed.memory.site_applied, "");
}

TEST_F(SiteTest, AWishForANewPasswordIsAnsweredInTheSecretsBeforeThePodGetsIt) {
  wish_for_a_password();
  expect_token();
  expect_kept_secret("an older wish");
  api_->expect("PUT", core("secrets/store-kept"), taken());
  api_->expect("PATCH", core("secrets/store-admin"), taken());
  expect_password();
  expect_pod("p2", "127.0.0.1");
  ASSERT_TRUE(configure_site());
  const auto kept = sent(2);
  EXPECT_EQ(k8s::meta_resource_version(kept), "41") << "nobody else's change is overwritten";
  EXPECT_EQ(k8s::meta_annotation(kept, annotation_of(StoreRequest::kResetAdminPassword)), kWish);
  const auto values = engines::kept_values(kept);
  EXPECT_EQ(values.secrets.at("agentToken"), "sesame");
  EXPECT_EQ(values.admin.at("password").size(), engines::kAdminPasswordLength);
  EXPECT_EQ(engines::texts_of(sent(3)), values.admin);
  EXPECT_EQ(k8s::meta_annotation(sent(3), engines::kHashAnnotation),
            fingerprint_text(engines::content_of(values.admin)));
}

TEST_F(SiteTest, TheSameWishMakesNoSecondPassword) {
  wish_for_a_password();
  expect_token();
  expect_kept_secret(kWish);
  expect_password();
  expect_pod("p2", "127.0.0.1");
  ASSERT_TRUE(configure_site());
  EXPECT_EQ(string_or(told(), {"adminPassword"}), "open");
}

TEST_F(SiteTest, APasswordThatTheSecretDoesNotTakeReachesNoPod) {
  wish_for_a_password();
  expect_token();
  expect_kept_secret("");
  api_->expect("PUT", core("secrets/store-kept"), refusal(409, "Conflict"));
  EXPECT_EQ(configure_site().error().code, ErrorCode::kConflict);
  EXPECT_THAT(shop_->asked(), IsEmpty());
}

/// Of a leader whose lease is over.
class ShutFence : public k8s::WriteFence {
 public:
  [[nodiscard]] Result<std::chrono::milliseconds> permit() const override {
    return fail(ErrorCode::kUnavailable, "over", Reason::kStaleLeader);
  }
  [[nodiscard]] std::chrono::milliseconds longest() const override { return std::chrono::seconds(5); }
};

TEST_F(SiteTest, ALeaderWhoseLeaseIsOverTellsThePodNothing) {
  const ShutFence fence;
  k8s::ClusterConfig config;
  config.server = {"http", "127.0.0.1", api_->port(), "/"};
  client_ = *k8s::Client::create(context_.get_executor(), std::move(config), {.fence = &fence});
  actor_.emplace(Tools{*client_, releases_, *prober_, history_, ledger_, kEpoch});
  expect_reads("p2", "127.0.0.1");
  EXPECT_EQ(configure_site().error().reason, Reason::kStaleLeader);
  EXPECT_THAT(shop_->requests, IsEmpty());
}

}  // namespace
}  // namespace storefleet::store_operator
