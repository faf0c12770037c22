#include "operator/actions/actor.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "k8s/testing.hpp"
#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

class NoReleases : public releases::Releases {
 public:
  MOCK_METHOD(Task<Result<void>>, install, (std::string, std::string, json::object), (override));
  MOCK_METHOD(Task<Result<void>>, repair, (std::string, std::string, json::object), (override));
  MOCK_METHOD(Task<Result<void>>, uninstall, (std::string), (override));
};

class NoHistory : public History {
 public:
  MOCK_METHOD(Task<Result<void>>, append, (std::vector<StoreEvent>, std::int64_t), (override));
  MOCK_METHOD(Task<Result<std::vector<StoreEvent>>>, events, (EventQuery), (override));
  MOCK_METHOD(Task<Result<void>>, save_receipt, (TeardownReceipt, std::int64_t), (override));
  MOCK_METHOD(Task<Result<TeardownReceipt>>, receipt, (std::string, TeamFilter), (override));
  MOCK_METHOD(Task<Result<Pruned>>, prune, (Retention, std::string, std::int64_t), (override));
  MOCK_METHOD(Task<Result<void>>, ping, (), (override));
};

class NoLedger : public QuotaLedger {
 public:
  MOCK_METHOD(Task<Result<std::string>>, reserve, (QuotaClaim), (override));
  MOCK_METHOD(Task<Result<void>>, cancel, (std::string), (override));
  MOCK_METHOD(Task<Result<void>>, check, (QuotaClaim), (override));
  MOCK_METHOD(Task<Result<void>>, admit, (QuotaClaim, std::string), (override));
  MOCK_METHOD(Task<Result<void>>, release, (std::string), (override));
  MOCK_METHOD(Task<Result<void>>, rebuild, (std::vector<QuotaClaim>), (override));
};

/// An actor beside an in-pod endpoint at 127.0.0.1.
class ActorTest : public k8s::testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    ASSERT_TRUE(pod_.listen());
    prober_ = probes::Prober::create(context_.get_executor(), "127.0.0.1:1").value();
    actor_.emplace(Tools{*client_, releases_, *prober_, history_, ledger_, 1});
    scenario_.workloads().observed.engine.agent_port = pod_.port();
    scenario_.observed.engine.site_path = "/site";
  }
  void TearDown() override {
    run(pod_.stop(std::chrono::milliseconds(50)));
    ApiTest::TearDown();
  }

  static std::string inside(const std::string& path) { return "/api/v1/namespaces/store-0123456789/" + path; }
  /// The answers to what the actor reads: Secrets, then the web pod as it is now.
  void expect_reads(const std::string& uid, const std::string& address) {
    // "sesame"
    api_->expect("GET", inside("secrets/store-secrets"), {.body = R"({"data":{"agentToken":"c2VzYW1l"}})"});
    api_->expect("GET", inside("secrets/store-admin"), {.body = R"({"data":{"password":"c2VzYW1l"}})"});
    api_->expect(
        "GET", inside("pods/web-1"),
        {.body = fmt::format(
             R"({{"metadata":{{"name":"web-1","uid":"{}"}},"status":{{"phase":"Running","podIP":"{}"}}}})",
             uid, address)});
  }
  Result<void> configure_site() {
    return get(actor_->act(ActionKind::kConfigureSite, scenario_.observed, memory_));
  }
  Task<http::Response> answer(http::Request request) {
    asked_.push_back(request.method + " " + request.target);
    co_return http::Response{};
  }

  std::vector<std::string> asked_;  // of the in-pod endpoint
  http::Server pod_{context_.get_executor(), {.address = "127.0.0.1"}, [this](http::Request request) {
                      return answer(std::move(request));
                    }};
  NoReleases releases_;
  NoHistory history_;
  NoLedger ledger_;
  std::unique_ptr<probes::Prober> prober_;
  std::optional<Actor> actor_;
  testing::Scenario scenario_;
  StoreMemory memory_;
};

TEST_F(ActorTest, AnAddressThatIsAnotherPodsByNowGetsNoPassword) {
  scenario_.observed.pods[1].ip = "127.0.0.1";
  expect_reads("another", "127.0.0.1");
  const auto configured = configure_site();
  ASSERT_FALSE(configured);
  EXPECT_EQ(configured.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(asked_.empty());
  EXPECT_EQ(memory_.site_applied, "");
}

TEST_F(ActorTest, TheAddressIsThatOfThePodNowWhateverTheCacheHas) {
  scenario_.observed.pods[1].ip = "127.0.0.2";
  expect_reads("p2", "127.0.0.1");
  const auto configured = configure_site();
  ASSERT_TRUE(configured) << configured.error().message;
  EXPECT_EQ(asked_, std::vector<std::string>{"PUT /site"});
  EXPECT_EQ(memory_.site_applied, "s1");
}

}  // namespace
}  // namespace storefleet::store_operator
