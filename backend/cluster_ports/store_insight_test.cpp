#include "cluster_ports/store_insight.hpp"

#include <gmock/gmock.h>

#include "k8s/testing.hpp"

namespace storefleet::cluster_ports {
namespace {

using k8s::testing::After;
using ::testing::HasSubstr;

constexpr auto kPods = R"({"items":[{"metadata":{"name":"web-0","namespace":"store-a"},
    "spec":{"containers":[{"name":"web"}]},
    "status":{"phase":"Running","containerStatuses":[{"name":"web","state":{"running":{}}}]}}]})";
constexpr auto kForbidden = R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})";

/// Keeps what a followed log wrote.
struct Reader {
  std::string text;
  bool refuses = false;
  int writes = 0;
  Task<Result<void>> write(std::string lines) {
    if (refuses) co_return fail(ErrorCode::kUnavailable, "the client has gone");
    ++writes;
    text += lines;
    co_return Result<void>{};
  }
};

Task<void> follow_until_end(ClusterStoreInsight& insight, LogWriter write, bool& ended) {
  co_await asio::this_coro::throw_if_cancelled(false);
  LogSource source{"store-a", "web-0", "web"};
  LogQuery query{.follow = true};
  co_await insight.follow_logs(std::move(source), std::move(query), std::move(write));
  ended = true;
}

class StoreInsightTest : public k8s::testing::ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    store_.name = "a";
    store_.spec.engine = "tiny";
    store_.status.store_namespace = "store-a";
    insight_.emplace(*client_, catalogue_, settings_);
  }
  void TearDown() override {
    insight_.reset();
    ApiTest::TearDown();
  }
  LogWriter writer() {
    return [this](std::string lines) { return reader_.write(std::move(lines)); };
  }

  static engines::Engine tiny(const std::string& name = "tiny",
                              engines::AdminLogin login = engines::AdminLogin::kUser) {
    engines::Engine engine;
    engine.name = name;
    engine.admin_login = login;
    engine.versions = {{"1", "tiny"}};
    engine.workloads = {{"Deployment", "web", StepName::kApplication}};
    return engine;
  }

  engines::EngineCatalogue catalogue_{{tiny(), tiny("mailed", engines::AdminLogin::kEmail)}};
  engines::PlatformSettings settings_;
  std::optional<ClusterStoreInsight> insight_;
  Store store_;
  Reader reader_;
};

TEST_F(StoreInsightTest, CredentialsHaveTheNameThatLogsIn) {
  // "admin" and "sesame"
  const k8s::testing::Reply secret{.body = R"({"data":{"username":"YWRtaW4=","password":"c2VzYW1l"}})"};
  for (int i = 0; i < 3; ++i) api_->expect("GET", "/api/v1/namespaces/store-a/secrets/store-admin", secret);
  EXPECT_EQ(get(insight_->credentials(store_)).value().username, "admin");
  store_.spec.engine = "mailed";
  const auto by_mail = get(insight_->credentials(store_)).value();
  EXPECT_EQ(by_mail.username, "admin@a.storefleet.localhost");
  EXPECT_EQ(by_mail.password, "sesame");
  store_.spec.admin_email = "ann@example.com";
  EXPECT_EQ(get(insight_->credentials(store_)).value().username, "ann@example.com");
}

TEST_F(StoreInsightTest, ReadsTheLogOfTheComponentsPod) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods?labelSelector=app.kubernetes.io%2Fcomponent%3Dweb",
               {.body = kPods});
  api_->expect(
      "GET",
      "/api/v1/namespaces/store-a/pods/web-0/log?container=web&tailLines=7&previous=true&sinceSeconds=60"
      "&limitBytes=4194304&timestamps=true",
      {.body = "2026-11-24T11:15:02.1Z line\n"});
  const LogQuery query{.tail = 7, .since = std::chrono::minutes(1), .previous = true};
  const auto source = get(insight_->find_log(store_, {.tail = 7}));
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(get(insight_->logs(*source, query)), "2026-11-24T11:15:02.1Z line\n");
}

TEST_F(StoreInsightTest, AnUnknownComponentIsAnsweredWithTheList) {
  const auto source = get(insight_->find_log(store_, {.component = "database"}));
  EXPECT_EQ(source.error().reason, Reason::kUnknownComponent);
  EXPECT_THAT(source.error().message, HasSubstr("this store has: web"));
  EXPECT_TRUE(api_->requests.empty());
}

TEST_F(StoreInsightTest, BeforeTheRoleIsBoundThereIsNoPod) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods", {.status = 403, .body = kForbidden});
  EXPECT_EQ(get(insight_->find_log(store_, {})).error().reason, Reason::kNoPod);
  store_.status.store_namespace.clear();
  EXPECT_EQ(get(insight_->find_log(store_, {})).error().reason, Reason::kNoPod);
}

TEST_F(StoreInsightTest, APodThatWentMeanwhileIsNoFaultOfTheServer) {
  api_->expect(
      "GET", "/api/v1/namespaces/store-a/pods/web-0/log",
      {.status = 404, .body = R"({"kind":"Status","code":404,"reason":"NotFound","message":"gone"})"});
  api_->expect(
      "GET", "/api/v1/namespaces/store-a/pods/web-0/log",
      {.status = 400,
       .body = R"({"kind":"Status","code":400,"reason":"BadRequest","message":"waiting to start"})"});
  const LogSource source{"store-a", "web-0", "web"};
  EXPECT_EQ(get(insight_->logs(source, {})).error().reason, Reason::kNoPod);
  EXPECT_EQ(get(insight_->logs(source, {})).error().reason, Reason::kContainerNotRunning);
}

TEST_F(StoreInsightTest, AFollowedLogArrivesLineByLine) {
  api_->expect(
      "GET", "/api/v1/namespaces/store-a/pods/web-0/log?container=web&tailLines=200&timestamps=true&follow",
      {.pieces = {"2026-11-24T11:15:02Z one\n2026-11-24T11:1", "5:02Z two\n", "2026-11-24T11:15:03Z three"}});
  const auto ended = get(insight_->follow_logs({"store-a", "web-0", "web"}, {.follow = true}, writer()));
  EXPECT_TRUE(ended);
  EXPECT_EQ(reader_.text, "2026-11-24T11:15:02Z one\n2026-11-24T11:15:02Z two\n2026-11-24T11:15:03Z three\n");
}

TEST_F(StoreInsightTest, TheKubeletsTroubleIsNoLogText) {
  // As a kubelet without inotify instances left writes it: after the lines that are there, with status 200.
  api_->expect(
      "GET", "/api/v1/namespaces/store-a/pods/web-0/log",
      {.pieces = {"2026-11-24T11:15:02Z one\n", "failed to create fsnotify watcher: too many open files"}});
  const auto ended = get(insight_->follow_logs({"store-a", "web-0", "web"}, {.follow = true}, writer()));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, Reason::kLogUnavailable);
  EXPECT_EQ(reader_.text, "") << "nothing was sent, so that it can be answered as a problem";
  api_->expect("GET", "/api/v1/namespaces/store-a/pods/web-0/log",
               {.body = "unable to retrieve container logs for containerd://abc\x1b"});
  const auto read = get(insight_->logs({"store-a", "web-0", "web"}, {}));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().reason, Reason::kLogUnavailable);
  EXPECT_THAT(read.error().message, HasSubstr("containerd://abc?"));
}

TEST_F(StoreInsightTest, ASilentLogIsOpenBeforeItsFirstLine) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods/web-0/log",
               {.pieces = {"2026-11-24T11"}, .after = After::kHold});
  bool ended = false;
  TaskScope scope(context_.get_executor());
  scope.spawn("follow", follow_until_end(*insight_, writer(), ended));
  EXPECT_TRUE(run_until([this] { return reader_.writes == 1; }));
  EXPECT_EQ(reader_.text, "");
  scope.cancel();
  EXPECT_TRUE(run_until([&scope] { return scope.running() == 0; }));
}

TEST_F(StoreInsightTest, AReaderThatLeavesEndsTheFollowing) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods/web-0/log",
               {.pieces = {"2026-11-24T11:15:02Z one\n"}, .after = After::kHold});
  reader_.refuses = true;
  const auto ended = get(insight_->follow_logs({"store-a", "web-0", "web"}, {.follow = true}, writer()));
  EXPECT_EQ(ended.error().code, ErrorCode::kUnavailable);
}

TEST_F(StoreInsightTest, CancellingASilentFollowingEndsIt) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods/web-0/log",
               {.pieces = {"2026-11-24T11:15:02Z one\n"}, .after = After::kHold});
  bool ended = false;
  TaskScope scope(context_.get_executor());
  scope.spawn("follow", follow_until_end(*insight_, writer(), ended));
  EXPECT_TRUE(run_until([this] { return !reader_.text.empty(); }));
  EXPECT_FALSE(ended);
  scope.cancel();
  EXPECT_TRUE(run_until([&scope] { return scope.running() == 0; }));
  EXPECT_TRUE(ended);
}

TEST_F(StoreInsightTest, UsageGathersPodsVolumesQuotaAndMeasurements) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods", {.body = kPods});
  api_->expect("GET", "/api/v1/namespaces/store-a/persistentvolumeclaims",
               {.body = R"({"items":[{"metadata":{"name":"data"},"status":{"phase":"Bound"}}]})"});
  api_->expect("GET", "/api/v1/namespaces/store-a/resourcequotas/store",
               {.body = R"({"status":{"hard":{"pods":"6"},"used":{"pods":"1"}}})"});
  api_->expect("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/store-a/pods",
               {.body = R"({"items":[{"metadata":{"name":"web-0"},"timestamp":"2026-11-24T11:20:00Z",
                                      "containers":[{"usage":{"cpu":"3m","memory":"1Mi"}}]}]})"});
  const auto usage = get(insight_->usage(store_)).value();
  EXPECT_EQ(usage.unavailable, "");
  EXPECT_EQ(usage.pods.at(0).memory_bytes, 1048576.0);
  EXPECT_EQ(usage.volumes.size(), 1U);
  EXPECT_EQ(usage.quota.at(0).used, 1);
}

TEST_F(StoreInsightTest, WithoutMetricsServerTheRestIsStillThere) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods", {.body = kPods});
  api_->expect("GET", "/api/v1/namespaces/store-a/persistentvolumeclaims", {.body = R"({"items":[]})"});
  api_->expect("GET", "/api/v1/namespaces/store-a/resourcequotas/store",
               {.body = R"({"status":{"hard":{"pods":"6"}}})"});
  api_->expect("GET", "/apis/metrics.k8s.io", {.status = 404, .body = "404 page not found"});
  const auto usage = get(insight_->usage(store_)).value();
  EXPECT_THAT(usage.unavailable, HasSubstr("metrics-server"));
  EXPECT_EQ(usage.pods.size(), 1U);
  EXPECT_EQ(usage.quota.size(), 1U);
}

TEST_F(StoreInsightTest, AStoreThatSleepsUsesNoMoreThanItsVolumes) {
  store_.spec.asleep = true;
  api_->expect("GET", "/api/v1/namespaces/store-a/pods", {.body = R"({"items":[]})"});
  api_->expect("GET", "/api/v1/namespaces/store-a/persistentvolumeclaims", {.body = R"({"items":[]})"});
  api_->expect("GET", "/api/v1/namespaces/store-a/resourcequotas/store", {.status = 404, .body = "{}"});
  EXPECT_EQ(get(insight_->usage(store_)).value().unavailable, "The store sleeps.");
}

TEST_F(StoreInsightTest, AStoreWithoutANamespaceUsesNothing) {
  api_->expect("GET", "/api/v1/namespaces/store-a/pods", {.status = 403, .body = kForbidden});
  EXPECT_EQ(get(insight_->usage(store_)).value().unavailable, "The store has no pods yet.");
}

}  // namespace
}  // namespace storefleet::cluster_ports
