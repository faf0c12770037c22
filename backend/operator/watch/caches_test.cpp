#include "operator/watch/caches.hpp"

#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "engines/objects.hpp"
#include "http/testing.hpp"
#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::UnorderedElementsAre;

std::string store(std::string_view name) {
  return fmt::format(
      R"({{"metadata":{{"name":"{0}","uid":"uid-{0}","resourceVersion":"1"}},"spec":{{"engine":"e"}}}})",
      name);
}

std::string store_namespace(std::string_view name) {
  return fmt::format(
      R"({{"metadata":{{"name":"{1}","uid":"ns-{0}","resourceVersion":"1","labels":{{"storefleet.dev/store":"{0}"}},)"
      R"("annotations":{{"storefleet.dev/store-uid":"uid-{0}"}}}}}})",
      name, engines::namespace_of(engines::store_id_from_uid(fmt::format("uid-{}", name))));
}

Task<void> tell(http::ResponseStream& stream, std::string line) {
  if (!line.empty()) co_await stream.write(std::move(line));
  while (stream.open()) {
    const bool waited = co_await sleep_for(std::chrono::milliseconds(5));
    if (!waited) co_return;
  }
}

/// Lists two stores with their namespaces; then one of them goes.
Task<http::Response> answer(http::Request request) {
  const auto path = request.target.substr(0, request.target.find('?'));
  const bool stores = path == "/apis/storefleet.dev/v1alpha1/stores";
  const bool namespaces = path == "/api/v1/namespaces";
  http::Response response{.headers = {{"Content-Type", "application/json"}}};
  if (request.target.contains("watch=true")) {
    std::string gone;
    if (stores) gone = fmt::format(R"({{"type":"DELETED","object":{}}})", store("a")) + "\n";
    if (namespaces) gone = fmt::format(R"({{"type":"DELETED","object":{}}})", store_namespace("a")) + "\n";
    response.stream = [gone](http::ResponseStream& stream) { return tell(stream, gone); };
    co_return response;
  }
  std::string items;
  if (stores) items = store("a") + "," + store("b");
  if (namespaces) items = store_namespace("a") + "," + store_namespace("b");
  response.body = R"({"metadata":{"resourceVersion":"1"},"items":[)" + items + "]}";
  co_return response;
}

TEST(ClusterCachesTest, ForgetsNamespacesThatWentWithTheirStore) {
  asio::io_context context;
  http::Server server(context.get_executor(), {.address = "127.0.0.1"}, answer);
  ASSERT_TRUE(server.listen());
  k8s::ClusterConfig config;
  config.server = {"http", "127.0.0.1", server.port(), "/"};
  auto client = k8s::Client::create(context.get_executor(), std::move(config)).value();
  ClusterCaches caches(*client);
  std::size_t most = 0;
  caches.on_change([&](const std::string&) { most = std::max(most, caches.known_namespaces()); });
  TaskScope scope(context.get_executor());
  caches.start(scope);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto settled = [&] {
    return most == 2 && caches.stores.size() == 1 && caches.namespaces.size() == 1;
  };
  while (!settled() && std::chrono::steady_clock::now() < until)
    context.run_one_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(settled());
  EXPECT_EQ(caches.known_namespaces(), 1U) << "of two";
  scope.cancel();
  testing::run(context, scope.join());
  testing::run(context, server.stop(std::chrono::milliseconds(50)));
}

/// Caches whose changes are kept as the names of the stores that they are for.
class WokenStoresTest : public storefleet::testing::CachesTest {
 protected:
  void follow() {
    fill();
    caches_->on_change([this](const std::string& store) { woken_.insert(store); });
  }
  static json::object waits_for_a_host(json::object store) {
    store["status"] = {{"failure", {{"code", "HostConflict"}, {"message", "m"}}}};
    return store;
  }

  std::set<std::string> woken_;
};

TEST_F(WokenStoresTest, AHostThatBecomesFreeWakesThoseThatWaitForOne) {
  cluster_->put(k8s::kStore, waits_for_a_host(CachesTest::store("waits", "uid-1")));
  cluster_->put(k8s::kStore, CachesTest::store("serves", "uid-2"));
  cluster_->put(k8s::kHostClaim, host_claim("shop.example.com", "had", "uid-3"));
  follow();
  cluster_->remove(k8s::kHostClaim, {.name = "shop.example.com"});
  ASSERT_TRUE(until([this] { return caches_->host_claims.size() == 0; }));
  EXPECT_THAT(woken_, UnorderedElementsAre("had", "waits"));
}

TEST_F(WokenStoresTest, ANewClaimWakesTheStoresWithNamesAboveAndBelowIt) {
  cluster_->put(k8s::kHostClaim, host_claim("example.com", "above", "uid-1"));
  cluster_->put(k8s::kHostClaim, host_claim("a.shop.example.com", "below", "uid-2"));
  cluster_->put(k8s::kHostClaim, host_claim("other.example.com", "beside", "uid-3"));
  follow();
  cluster_->put(k8s::kHostClaim, host_claim("shop.example.com", "new", "uid-4"));
  ASSERT_TRUE(until([this] { return caches_->host_claims.size() == 4; }));
  EXPECT_THAT(woken_, UnorderedElementsAre("new", "above", "below"));
}

TEST_F(WokenStoresTest, WhatChangesInANamespaceWakesItsStore) {
  cluster_->put(k8s::kStore, CachesTest::store("demo", "uid-1"));
  follow();
  cluster_->put(k8s::kPod, inside("uid-1", "web-1"));
  cluster_->put(k8s::kPod, inside("uid-2", "web-1"));
  ASSERT_TRUE(until([this] { return caches_->pods.size() == 2; }));
  EXPECT_THAT(woken_, UnorderedElementsAre("demo")) << "the other namespace is nobody's that is known";
}

TEST_F(WokenStoresTest, AStoreThatCannotBeReadHidesNoOther) {
  cluster_->put(k8s::kStore, {{"metadata", json::object{}}});
  cluster_->put(k8s::kStore, CachesTest::store("demo", "uid-1"));
  fill();
  EXPECT_EQ(caches_->stores.size(), 1U);
}

}  // namespace
}  // namespace storefleet::store_operator
