#include "operator/store_operator.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "engines/store_secrets.hpp"
#include "operator/actions/testing.hpp"
#include "operator/decisions/facts.hpp"
#include "operator/watch/observe.hpp"
#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kStorePath = "/apis/storefleet.dev/v1alpha1/stores/demo";
constexpr auto kStatusPath = "/apis/storefleet.dev/v1alpha1/stores/demo/status";

/// Nobody asks it: isolation is not required here.
class NoProbe : public probes::IsolationProbe {
 public:
  Task<probes::IsolationSight> look(std::string) override { co_return probes::IsolationSight{}; }
};

/// An operator with all its parts; the cluster takes everything and changes nothing by itself.
class StoreOperatorTest : public storefleet::testing::CachesTest {
 protected:
  void SetUp() override {
    CachesTest::SetUp();
    shop_.emplace(context_);
    prober_ =
        probes::Prober::create(context_.get_executor(), fmt::format("127.0.0.1:{}", shop_->port())).value();
    actor_.emplace(Tools{*client_, releases_, *prober_, kept_, ledger_, 1});
    isolation_.emplace(*client_, probe_, IsolationKeeper::Options{.required = false});
    cluster_->on_request([this](const http::Request& request) {
      http::Response response{.headers = {{"Content-Type", "application/json"}}, .body = "{}"};
      const auto refusal = refusals_.find(path_of(request));
      if (refusal != refusals_.end()) response.status = refusal->second;
      if (request.method == "GET" && path_of(request) == kStorePath)
        response.body = R"({"metadata":{"uid":"uid-1"}})";
      if (path_of(request) == kStatusPath)
        response.body = R"({"metadata":{"resourceVersion":"made-by-status"}})";
      return response;
    });
  }
  void TearDown() override {
    if (operator_) storefleet::testing::run(context_, operator_->stop());
    prober_.reset();
    storefleet::testing::run(context_, shop_->stop());
    CachesTest::TearDown();
  }

  /// Begins to lead over what the cluster has.
  void lead() {
    if (!caches_->synced()) fill();
    operator_.emplace(context_.get_executor(),
                      StoreOperator::Parts{*client_, *caches_, catalogue_, settings_, *actor_, history_,
                                           metrics_, *isolation_},
                      2);
    operator_->start();
  }
  void let_run(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    until([end] { return std::chrono::steady_clock::now() >= end; });
  }

  static std::string path_of(const http::Request& request) {
    return request.target.substr(0, request.target.find('?'));
  }
  /// The bodies of the requests of that kind, in their order.
  [[nodiscard]] std::vector<json::value> sent(std::string_view method, std::string_view path) const {
    std::vector<json::value> bodies;
    for (const auto& request : cluster_->requests)
      if (request.method == method && path_of(request) == path)
        bodies.push_back(parse_json(request.body).value());
    return bodies;
  }
  /// The failure that the last status told.
  [[nodiscard]] std::string last_failure() const {
    const auto written = sent("PATCH", kStatusPath);
    return written.empty() ? "" : string_or(written.back(), {"status", "failure", "code"});
  }
  [[nodiscard]] std::size_t count(std::string_view method, std::string_view path) const {
    return sent(method, path).size();
  }

  static json::object without_finalizer(json::object store) {
    store["metadata"].as_object().erase("finalizers");
    return store;
  }
  static json::object annotated(json::object store, std::string_view key, std::string_view value) {
    store["metadata"].as_object()["annotations"] = {{key, value}};
    return store;
  }
  /// Puts into the cluster all that the store "demo", UID uid-1, should have, as it should be.
  void put_everything() {
    const auto desired = observe(*caches_, catalogue_, settings_, "demo", {}).value().desired;
    cluster_->put(k8s::kHostClaim, host_claim("demo.shops.test", "demo", "uid-1"));
    cluster_->put(k8s::kNamespace, store_namespace("demo", "uid-1", "ns-1"));
    put_secrets(desired.release_hash);
    for (const auto& binding : desired.bindings)
      cluster_->put(k8s::kRoleBinding, storefleet::testing::as_applied(binding.object));
    for (const auto& policy : desired.policies) {
      auto object = storefleet::testing::as_applied(policy.object);
      object["status"] = {{"hard", {{"pods", "4"}}}};
      const bool quota = policy.kind == "ResourceQuota";
      cluster_->put(quota                         ? k8s::kResourceQuota
                    : policy.kind == "LimitRange" ? k8s::kLimitRange
                                                  : k8s::kNetworkPolicy,
                    std::move(object));
    }
    cluster_->put(k8s::kIngress, storefleet::testing::as_applied(desired.ingress.object));
    const json::object runs{{"status", {{"readyReplicas", 1}, {"updatedReplicas", 1}}}};
    cluster_->put(k8s::kStatefulSet, inside("uid-1", "database", runs));
    cluster_->put(k8s::kDeployment, inside("uid-1", "web", runs));
    auto pod =
        inside("uid-1", "web-1",
               {{"status",
                 {{"podIP", "10.0.0.9"},
                  {"conditions", json::array{json::object{{"type", "Ready"}, {"status", "True"}}}},
                  {"containerStatuses",
                   json::array{json::object{{"name", "web"}, {"state", {{"running", json::object{}}}}}}}}}});
    pod["metadata"].as_object()["labels"] = {{"app.kubernetes.io/component", "web"}};
    cluster_->put(k8s::kPod, std::move(pod));
  }
  /// The store's Secrets, and the record of a release of that digest.
  void put_secrets(const std::string& digest) {
    const auto seen = observe(*caches_, catalogue_, settings_, "demo", {}).value();
    const engines::SecretValues values{.secrets = {}, .admin = engines::fresh_admin(seen.engine)};
    cluster_->put(k8s::kSecret, engines::kept_secret_object(seen.identity, values));
    cluster_->put(k8s::kSecret, engines::secrets_object(seen.identity, values.secrets));
    cluster_->put(k8s::kSecret, engines::admin_secret_object(seen.identity, values.admin));
    const std::string content = "what Helm keeps";
    const auto sum = sha256(content);
    auto record = inside("uid-1", engines::kReleaseRecord, {{"data", {{"release", encode_base64(content)}}}});
    auto& metadata = record["metadata"].as_object();
    metadata["labels"] = {
        {"owner", "helm"}, {"name", "store"}, {"status", "deployed"}, {engines::kDigestLabel, digest}};
    metadata["annotations"] = {{engines::kContentAnnotation, to_hex(std::span(sum).first<8>())}};
    cluster_->put(k8s::kSecret, std::move(record));
  }
  /// A store that only a person can help.
  static json::object broken() { return store("demo", "uid-1", {{"engine", "huge"}}); }

  std::map<std::string, unsigned> refusals_;  // path → status
  engines::EngineCatalogue catalogue_{{tiny()}};
  engines::PlatformSettings settings_{.base_domain = "shops.test"};
  storefleet::testing::KeptReleases releases_;
  storefleet::testing::KeptHistory kept_;
  storefleet::testing::KeptLedger ledger_;
  std::optional<storefleet::testing::KeptShop> shop_;  // behind the ingress
  std::unique_ptr<probes::Prober> prober_;
  std::optional<Actor> actor_;
  history::HistoryWriter history_{context_.get_executor(), kept_, 1};
  prometheus::Registry registry_;
  OperatorMetrics metrics_{registry_};
  NoProbe probe_;
  std::optional<IsolationKeeper> isolation_;
  std::optional<StoreOperator> operator_;
};

TEST_F(StoreOperatorTest, ANewStoreGetsItsFinalizerBeforeAnythingElse) {
  cluster_->put(k8s::kStore, without_finalizer(store("demo", "uid-1")));
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStorePath) == 1; }));
  const auto patch = sent("PATCH", kStorePath)[0];
  EXPECT_EQ(array_at(patch, {"metadata", "finalizers"}), json::array{json::string(kFinalizer)});
  EXPECT_EQ(string_or(patch, {"metadata", "resourceVersion"}), "made-by-status")
      << "its own status would be taken for somebody else's change, again and again where watches are slow";
  let_run(100ms);
  EXPECT_TRUE(ledger_.places.empty()) << "what is made without a finalizer could stay behind";

  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  ASSERT_TRUE(until([this] { return count("POST", "/apis/storefleet.dev/v1alpha1/hostclaims") == 1; }));
  EXPECT_TRUE(ledger_.places.contains("uid-1"));
  EXPECT_EQ(count("PATCH", kStorePath), 1U) << "it has one now";
}

TEST_F(StoreOperatorTest, AStatusIsWrittenForThisVeryStoreAndToldToTheHistory) {
  cluster_->put(k8s::kStore, broken());
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) >= 1; }));
  const auto written = sent("PATCH", kStatusPath)[0];
  EXPECT_EQ(string_or(written, {"metadata", "uid"}), "uid-1");
  EXPECT_EQ(string_or(written, {"status", "phase"}), "Failed");
  EXPECT_EQ(string_or(written, {"status", "failure", "code"}), "UnknownEngine");
  EXPECT_GT(history_.queued(), 0U);
  EXPECT_THAT(prometheus::TextSerializer().Serialize(registry_.Collect()),
              HasSubstr("storefleet_failures_total{code=\"UnknownEngine\"} 1"));
}

TEST_F(StoreOperatorTest, AStatusReplacesOnlyWhatThisLeaderHasSeenOrWritten) {
  const auto replaced = [this](std::size_t write) {
    return string_or(sent("PATCH", kStatusPath)[write], {"metadata", "resourceVersion"});
  };
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) >= 1; }));
  const auto seen = caches_->stores.find({.name = "demo"})->resource_version;
  EXPECT_EQ(replaced(0), seen);
  const auto before = count("PATCH", kStatusPath);
  cluster_->put(k8s::kHostClaim, host_claim("demo.shops.test", "demo", "uid-1"));
  ASSERT_TRUE(until([&] { return count("PATCH", kStatusPath) > before; }));
  EXPECT_EQ(caches_->stores.find({.name = "demo"})->resource_version, seen)
      << "the watch does not show it yet";
  EXPECT_EQ(replaced(before), "made-by-status") << "what it wrote itself it may replace";
}

TEST_F(StoreOperatorTest, AStatusThatSomebodyElseWroteIsLookedAtFirst) {
  refusals_[kStatusPath] = 409;
  cluster_->put(k8s::kStore, broken());
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) >= 1; }));
  refusals_.clear();
  auto told = broken();
  told["status"] = {{"phase", "Failed"}, {"readySeconds", 7}};
  cluster_->put(k8s::kStore, std::move(told));
  ASSERT_TRUE(until([this] { return caches_->stores.find({.name = "demo"})->status.ready_seconds == 7; }));
  const auto before = count("PATCH", kStatusPath);
  EXPECT_TRUE(until([&] { return count("PATCH", kStatusPath) > before; }));
  EXPECT_EQ(string_or(sent("PATCH", kStatusPath).back(), {"metadata", "resourceVersion"}),
            caches_->stores.find({.name = "demo"})->resource_version);
}

TEST_F(StoreOperatorTest, AStatusThatIsRefusedIsTriedAgainLateAndNotAtOnce) {
  refusals_[kStatusPath] = 422;
  cluster_->put(k8s::kStore, broken());
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) == 1; }));
  for (int i = 0; i < 5; ++i) {
    cluster_->put(k8s::kStore, broken());  // somebody touches it
    let_run(100ms);
  }
  EXPECT_EQ(count("PATCH", kStatusPath), 1U);

  cluster_->put(k8s::kStore, store("demo", "uid-1", {{"plan", "huge"}}));
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) == 2; }))
      << "another status is tried at once";
  EXPECT_EQ(string_or(sent("PATCH", kStatusPath)[1], {"status", "failure", "code"}), "UnknownPlan");
}

TEST_F(StoreOperatorTest, AStatusThatIsRefusedKeepsTheStoreFromNothing) {
  refusals_[kStatusPath] = 413;
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  lead();
  EXPECT_TRUE(until([this] { return count("POST", "/apis/storefleet.dev/v1alpha1/hostclaims") == 1; }));
}

TEST_F(StoreOperatorTest, AStatusThatTheServerCannotTakeNowIsTriedAgainSoon) {
  refusals_[kStatusPath] = 503;
  cluster_->put(k8s::kStore, broken());
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) >= 2; }));
  refusals_.clear();
  const auto before = count("PATCH", kStatusPath);
  EXPECT_TRUE(until([&] { return count("PATCH", kStatusPath) > before; }));
}

TEST_F(StoreOperatorTest, AStatusOfAStoreThatIsGoneIsNotTriedAgain) {
  refusals_[kStatusPath] = 404;
  cluster_->put(k8s::kStore, broken());
  lead();
  ASSERT_TRUE(until([this] { return count("PATCH", kStatusPath) >= 1; }));
  cluster_->remove(k8s::kStore, {.name = "demo"});
  ASSERT_TRUE(until([this] { return caches_->stores.size() == 0; }));
  const auto before = count("PATCH", kStatusPath);
  let_run(400ms);
  EXPECT_EQ(count("PATCH", kStatusPath), before);
}

TEST_F(StoreOperatorTest, ADeletedAndRecreatedStoreOfTheSameNameIsAnotherOne) {
  ledger_.error = Error{ErrorCode::kForbidden, "the team has no place left", Reason::kTeamQuotaExceeded};
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  lead();
  ASSERT_TRUE(until([this] { return last_failure() == "TeamQuotaExceeded"; }));
  ledger_.error.reset();
  cluster_->remove(k8s::kStore, {.name = "demo"});
  cluster_->put(k8s::kStore, store("demo", "uid-2"));
  ASSERT_TRUE(until([this] { return ledger_.places.contains("uid-2"); })) << "the first one would wait 15 s";
  ASSERT_TRUE(
      until([this] { return string_or(sent("PATCH", kStatusPath).back(), {"metadata", "uid"}) == "uid-2"; }));
}

TEST_F(StoreOperatorTest, AnExpiryIsLookedAtInTime) {
  auto expiring = broken();
  expiring["spec"].as_object()["expiresAt"] = format_time(std::chrono::system_clock::now() + 2500ms);
  cluster_->put(k8s::kStore, std::move(expiring));
  lead();
  let_run(300ms);
  EXPECT_EQ(count("DELETE", kStorePath), 0U) << "its time is not over";
  ASSERT_TRUE(until([this] { return count("DELETE", kStorePath) >= 1; })) << "though nothing has changed";
  EXPECT_EQ(string_or(sent("DELETE", kStorePath)[0], {"preconditions", "uid"}), "uid-1");
}

TEST_F(StoreOperatorTest, ANewRetryAnnotationIsHeededAtOnceAndOnce) {
  ledger_.error = Error{ErrorCode::kForbidden, "the team has no place left", Reason::kTeamQuotaExceeded};
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  lead();
  ASSERT_TRUE(until([this] { return last_failure() == "TeamQuotaExceeded"; }));
  ledger_.error.reset();
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  let_run(300ms);
  EXPECT_TRUE(ledger_.places.empty()) << "it is asked again after 15 s";
  cluster_->put(k8s::kStore, annotated(store("demo", "uid-1"), annotation_of(StoreRequest::kRetry),
                                       "2026-11-24T11:15:00Z"));
  EXPECT_TRUE(until([this] { return ledger_.places.contains("uid-1"); }));
}

TEST_F(StoreOperatorTest, WhereItsNamespaceWasMadeAnewNothingCountsAsDone) {
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  cluster_->put(k8s::kHostClaim, host_claim("demo.shops.test", "demo", "uid-1"));
  cluster_->put(k8s::kNamespace, store_namespace("demo", "uid-1", "ns-1"));
  const auto binding = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace_of("uid-1") +
                       "/rolebindings/storefleet-operator";
  lead();
  ASSERT_TRUE(until([&] { return count("PATCH", binding) == 1; }));
  ledger_.places.clear();
  cluster_->put(k8s::kNamespace, store_namespace("demo", "uid-1", "ns-1"));
  let_run(100ms);
  EXPECT_TRUE(ledger_.places.empty()) << "it is the same one";
  cluster_->put(k8s::kNamespace, store_namespace("demo", "uid-1", "ns-2"));
  EXPECT_TRUE(until([this] { return ledger_.places.contains("uid-1"); }));
}

TEST_F(StoreOperatorTest, AStoreThatHasEverythingIsProbedAndReadyAndThenLeftAlone) {
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  fill();
  put_everything();
  ASSERT_TRUE(until([this] {
    const auto seen = observe(*caches_, catalogue_, settings_, "demo", {}).value();
    return seen.ns && seen.hosts[0].claim && seen.bindings.size() == 2 && policies_exist(seen) &&
           release_is_whole(seen) && seen.release && secrets_are_whole(seen) && !seen.ingresses.empty() &&
           !seen.pods.empty();
  }));
  lead();
  const auto phase = [this] {
    const auto written = sent("PATCH", kStatusPath);
    return written.empty() ? "" : string_or(written.back(), {"status", "phase"});
  };
  ASSERT_TRUE(until([&] { return phase() == "Ready"; })) << phase();
  EXPECT_EQ(shop_->asked(), std::vector<std::string>{"GET /"});
  EXPECT_TRUE(releases_.calls.empty()) << "nothing was to be done";
  for (const auto& request : cluster_->requests) EXPECT_EQ(path_of(request), kStatusPath) << request.method;
  EXPECT_THAT(prometheus::TextSerializer().Serialize(registry_.Collect()),
              HasSubstr("storefleet_provision_duration_seconds_count{engine=\"tiny\"} 1"));
  auto ready = store("demo", "uid-1");
  ready["status"] = object_at(sent("PATCH", kStatusPath).back(), {"status"});
  cluster_->put(k8s::kStore, std::move(ready));
  let_run(400ms);
  const auto before = cluster_->requests.size();
  let_run(400ms);
  EXPECT_EQ(cluster_->requests.size(), before);
}

TEST_F(StoreOperatorTest, StoresThatWaitForADatabaseHoldUpNobodyElse) {
  ledger_.hangs = true;
  for (int i = 0; i < 50; ++i)
    cluster_->put(k8s::kStore, store(fmt::format("stuck-{}", i), fmt::format("uid-stuck-{}", i)));
  lead();
  ASSERT_TRUE(until([this] { return ledger_.asked >= 2; })) << "there are two workers";
  let_run(100ms);
  const auto asked = ledger_.asked;
  EXPECT_LT(asked, 50U) << "they are bounded";
  cluster_->put(k8s::kStore, without_finalizer(store("demo", "uid-1")));
  EXPECT_TRUE(until([this] { return count("PATCH", kStorePath) == 1; }));
  ledger_.hangs = false;
  EXPECT_TRUE(until([this] { return ledger_.places.size() >= 50; })) << "and each has its turn";
}

TEST_F(StoreOperatorTest, TheGaugesSayWhatThereIs) {
  cluster_->put(k8s::kStore, broken());
  auto ready = store("shop", "uid-2");
  ready["status"] = {{"phase", "Ready"}};
  cluster_->put(k8s::kStore, std::move(ready));
  lead();
  operator_->update_metrics();
  const auto text = prometheus::TextSerializer().Serialize(registry_.Collect());
  EXPECT_THAT(text, HasSubstr("storefleet_stores{phase=\"Ready\"} 1"));
  EXPECT_THAT(text, HasSubstr("storefleet_stores{phase=\"Pending\"} 1"));
  EXPECT_THAT(text, HasSubstr("storefleet_stores{phase=\"Deleting\"} 0"));
}

TEST_F(StoreOperatorTest, ItEndsWithoutWaitingForWhatItHasBegun) {
  cluster_->put(k8s::kStore, store("demo", "uid-1"));
  lead();
  storefleet::testing::run(context_, operator_->stop());
  const auto before = cluster_->requests.size();
  cluster_->put(k8s::kStore, store("demo", "uid-1", {{"title", "New"}}));
  let_run(100ms);
  EXPECT_EQ(cluster_->requests.size(), before);
}

}  // namespace
}  // namespace storefleet::store_operator
