#include "k8s/write_fence.hpp"

#include <gmock/gmock.h>

#include "k8s/testing.hpp"

namespace storefleet::k8s {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

/// Opened and shut by the test.
class Gate : public WriteFence {
 public:
  [[nodiscard]] Result<milliseconds> permit() const override {
    if (!open) return fail(ErrorCode::kUnavailable, "shut", Reason::kStaleLeader);
    return allowed;
  }
  [[nodiscard]] milliseconds longest() const override { return milliseconds(4321); }

  bool open = true;
  milliseconds allowed{4321};
};

/// A client behind a gate, with one connection.
class FenceTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    ClusterConfig config;
    config.server = {"http", "127.0.0.1", api_->port(), "/"};
    client_ =
        *Client::create(context_.get_executor(), std::move(config), {.max_connections = 1, .fence = &gate_});
  }
  Task<Result<json::value>> write() {
    return client_->merge_patch(kNamespace, {.name = "a"}, json::object{});
  }

  Gate gate_;
};

TEST_F(FenceTest, AShutFenceLetsReadsOutAndNothingElse) {
  gate_.open = false;
  api_->expect("GET", "/api/v1/namespaces/a", {.body = "{}"});
  EXPECT_TRUE(get(client_->get(kNamespace, {.name = "a"})));
  EXPECT_EQ(get(write()).error().reason, Reason::kStaleLeader);
  EXPECT_FALSE(get(client_->create(kNamespace, "", json::object{})));
  EXPECT_FALSE(get(client_->apply(kNamespace, {.name = "a"}, json::object{})));
  EXPECT_FALSE(get(client_->json_patch(kNamespace, {.name = "a"}, json::array{})));
  EXPECT_FALSE(get(client_->replace(kNamespace, {.name = "a"}, json::object{})));
  EXPECT_FALSE(get(client_->remove(kNamespace, {.name = "a"})));
  EXPECT_EQ(api_->requests.size(), 1U);
}

TEST_F(FenceTest, TheServerIsToldHowLongAWriteMayTake) {
  api_->expect("PATCH", "/api/v1/namespaces/a?", {.body = "{}"});
  api_->expect("DELETE", "/api/v1/namespaces/a?timeout=4321ms", {.body = "{}"});
  api_->expect("GET", "/api/v1/namespaces/a", {.body = "{}"});
  EXPECT_TRUE(get(write()));
  EXPECT_TRUE(get(client_->remove(kNamespace, {.name = "a"})));
  EXPECT_TRUE(get(client_->get(kNamespace, {.name = "a"})));
  EXPECT_THAT(api_->requests[0].target, HasSubstr("&timeout=4321ms"));
  EXPECT_THAT(api_->requests[2].target, Not(HasSubstr("timeout")));
}

TEST_F(FenceTest, AWriteThatWaitedForItsConnectionIsAskedForThen) {
  api_->expect("GET", "/api/v1/namespaces/slow", {.body = "{}", .delay = milliseconds(100)});
  std::optional<Result<json::value>> read;
  std::optional<Result<json::value>> written;
  TaskScope scope(context_.get_executor());
  scope.spawn("read", store(client_->get(kNamespace, {.name = "slow"}), read));
  scope.spawn("write", store(write(), written));
  ASSERT_TRUE(run_until([&] { return !api_->requests.empty(); }));
  gate_.open = false;
  run(scope.join());
  EXPECT_TRUE(*read);
  EXPECT_EQ(written->error().reason, Reason::kStaleLeader);
  EXPECT_EQ(api_->requests.size(), 1U);
}

TEST_F(FenceTest, AWriteIsGivenUpWhenItsTimeIsOver) {
  gate_.allowed = milliseconds(50);
  api_->expect("PATCH", "/api/v1/namespaces/a", {.body = "{}", .delay = milliseconds(2000)});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(get(write()).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1000));
}

TEST_F(FenceTest, WhoeverStopsCanWaitForWhatIsUnderWay) {
  api_->expect("PATCH", "/api/v1/namespaces/a", {.body = "{}", .delay = milliseconds(100)});
  std::optional<Result<json::value>> written;
  TaskScope scope(context_.get_executor());
  scope.spawn("write", store(write(), written));
  ASSERT_TRUE(run_until([&] { return !api_->requests.empty(); }));
  gate_.open = false;
  EXPECT_FALSE(get(client_->writes_ended(milliseconds(10))));
  EXPECT_TRUE(get(client_->writes_ended(milliseconds(2000))));
  run(scope.join());
  EXPECT_TRUE(written && *written) << "what had left was waited for, not cut off";
}

}  // namespace
}  // namespace storefleet::k8s
