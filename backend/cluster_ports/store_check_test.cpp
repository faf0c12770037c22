#include "cluster_ports/store_check.hpp"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "k8s/testing.hpp"

namespace storefleet::cluster_ports {
namespace {

/// Stores behind a server that answers nobody while `holds_`.
class StoreCheckTest : public k8s::testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    ASSERT_TRUE(shop_.listen());
    prober_ =
        probes::Prober::create(context_.get_executor(), fmt::format("127.0.0.1:{}", shop_.port())).value();
    insight_.emplace(*client_, catalogue_, settings_);
    check_.emplace(*insight_, *prober_, catalogue_, settings_);
    store_.name = "a";
    store_.spec.engine = "tiny";
    store_.status.store_namespace = "store-a";
    store_.status.url = "http://a.test/";
  }
  void TearDown() override {
    holds_ = false;
    run(scope_.join());
    run(shop_.stop(std::chrono::milliseconds(50)));
    ApiTest::TearDown();
  }

  static std::vector<engines::Engine> engines() {
    engines::Engine engine;
    engine.name = "tiny";
    engine.check.steps = {{.name = "page"}};
    return {engine};
  }
  Task<http::Response> answer() {
    ++visitors_;
    while (holds_ && co_await sleep_for(std::chrono::milliseconds(1))) {
    }
    co_return http::Response{};
  }
  void has_secret() {
    // "admin" and "sesame"
    api_->expect("GET", "/api/v1/namespaces/store-a/secrets/store-admin",
                 {.body = R"({"data":{"username":"YWRtaW4=","password":"c2VzYW1l"}})"});
  }

  engines::EngineCatalogue catalogue_{engines()};
  engines::PlatformSettings settings_;
  bool holds_ = false;
  int visitors_ = 0;
  http::Server shop_{
      context_.get_executor(), {.address = "127.0.0.1"}, [this](http::Request) { return answer(); }};
  std::unique_ptr<probes::Prober> prober_;
  std::optional<ClusterStoreInsight> insight_;
  std::optional<ClusterStoreCheck> check_;
  Store store_;
  std::array<std::optional<Result<CheckReport>>, 8> reports_;
  TaskScope scope_{context_.get_executor()};
};

TEST_F(StoreCheckTest, OfNineAtOnceEightRunAndOneIsRefused) {
  holds_ = true;
  for (int i = 0; i < 8; ++i) has_secret();
  for (auto& report : reports_) scope_.spawn("check", store(check_->check(store_), report));
  ASSERT_TRUE(run_until([this] { return visitors_ == 8; }));
  const auto refused = get(check_->check(store_));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooManyRequests);
  holds_ = false;
  ASSERT_TRUE(run_until([this] { return scope_.running() == 0; }));
  for (const auto& report : reports_) EXPECT_TRUE(report->value().passed());
}

TEST_F(StoreCheckTest, APlaceIsGivenBackHoweverTheTestEnds) {
  for (int i = 0; i < 9; ++i) {
    api_->expect("GET", "/api/v1/namespaces/store-a/secrets/store-admin", {.status = 404});
    EXPECT_EQ(get(check_->check(store_)).error().code, ErrorCode::kNotFound) << i;
  }
  for (int i = 0; i < 9; ++i) {
    has_secret();
    const auto report = get(check_->check(store_));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->passed());
  }
}

}  // namespace
}  // namespace storefleet::cluster_ports
