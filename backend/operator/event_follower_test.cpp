#include "operator/event_follower.hpp"

#include <gmock/gmock.h>

#include "http/server.hpp"
#include "http/testing.hpp"
#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

/// Keeps what was appended.
class KeepingHistory : public History {
 public:
  Task<Result<void>> append(std::vector<StoreEvent> events, std::int64_t) override {
    for (auto& event : events) lines.push_back(std::move(event));
    co_return Result<void>{};
  }
  Task<Result<std::vector<StoreEvent>>> events(EventQuery) override { co_return std::vector<StoreEvent>{}; }
  Task<Result<void>> save_receipt(TeardownReceipt, std::int64_t) override { co_return Result<void>{}; }
  Task<Result<TeardownReceipt>> receipt(std::string, TeamFilter) override { co_return TeardownReceipt{}; }
  Task<Result<Pruned>> prune(Retention, std::string, std::int64_t) override { co_return Pruned{}; }
  Task<Result<void>> ping() override { co_return Result<void>{}; }

  std::vector<StoreEvent> lines;
};

constexpr auto kStores = R"({"metadata":{"name":"demo","uid":"uid-demo","resourceVersion":"1"},
    "spec":{"engine":"woocommerce","team":"shops"}})";
constexpr auto kNamespaces = R"({"metadata":{"name":"store-j66tcwttcv","uid":"ns","resourceVersion":"1",
    "labels":{"storefleet.dev/store":"demo"},"annotations":{"storefleet.dev/store-uid":"uid-demo"}}})";
constexpr auto kEvents = R"(
    {"metadata":{"name":"e1","namespace":"store-j66tcwttcv","uid":"e1"},"involvedObject":{"kind":"Pod","name":"web-0"},
     "type":"Warning","reason":"BackOff","message":"again","count":4,"lastTimestamp":"2026-11-24T11:15:00Z"},
    {"metadata":{"name":"x","namespace":"kube-system","uid":"x"},"involvedObject":{"kind":"Pod","name":"dns"},
     "type":"Normal","reason":"Pulled","message":"m","count":1})";
constexpr auto kWatched =
    R"({"type":"ADDED","object":{"metadata":{"name":"e2","namespace":"store-j66tcwttcv","uid":"e2",
    "resourceVersion":"2"},"involvedObject":{"kind":"StatefulSet","name":"database"},"type":"Normal",
    "reason":"SuccessfulCreate","message":"made","count":1,"lastTimestamp":"2026-11-24T11:16:00Z"}})";

Task<void> hold(http::ResponseStream& stream, std::string first) {
  if (!first.empty()) {
    std::erase(first, '\n');
    std::string line = first + "\n";
    co_await stream.write(std::move(line));
  }
  while (stream.open()) {
    const bool waited = co_await sleep_for(std::chrono::milliseconds(5));
    if (!waited) co_return;
  }
}

/// Lists what the test has, and watches that bring one event.
Task<http::Response> answer(http::Request request) {
  const auto path = request.target.substr(0, request.target.find('?'));
  http::Response response{.headers = {{"Content-Type", "application/json"}}};
  if (request.target.contains("watch=true")) {
    const std::string first = path == "/api/v1/events" ? kWatched : "";
    response.stream = [first](http::ResponseStream& stream) { return hold(stream, first); };
    co_return response;
  }
  std::string items;
  if (path == "/apis/storefleet.dev/v1alpha1/stores") items = kStores;
  if (path == "/api/v1/namespaces") items = kNamespaces;
  if (path == "/api/v1/events") items = kEvents;
  response.body = R"({"metadata":{"resourceVersion":"1"},"items":[)" + items + "]}";
  co_return response;
}

TEST(EventFollowerTest, EventsOfStoreNamespacesReachTheHistory) {
  asio::io_context context;
  http::Server server(context.get_executor(), {.address = "127.0.0.1"}, answer);
  ASSERT_TRUE(server.listen());
  k8s::ClusterConfig config;
  config.server = {"http", "127.0.0.1", server.port(), "/"};
  auto client = k8s::Client::create(context.get_executor(), std::move(config)).value();
  KeepingHistory history;
  history::HistoryWriter writer(context.get_executor(), history, 1);
  ClusterCaches caches(*client);
  EventFollower follower(*client, caches, writer);
  TaskScope scope(context.get_executor());
  scope.spawn("writer", writer.run());
  caches.start(scope);
  scope.spawn("watch", follower.watch());
  scope.spawn("write", follower.write());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (history.lines.size() < 2 && std::chrono::steady_clock::now() < until)
    context.run_one_for(std::chrono::milliseconds(50));
  scope.cancel();
  testing::run(context, scope.join());
  testing::run(context, server.stop(std::chrono::milliseconds(50)));

  ASSERT_EQ(history.lines.size(), 2U);
  std::vector<std::string> origins;
  for (const auto& line : history.lines) origins.push_back(line.origin);
  EXPECT_THAT(origins, ElementsAre("e1/4", "e2/1"));
  EXPECT_EQ(history.lines[0].store_uid, "uid-demo");
  EXPECT_EQ(history.lines[0].team, "shops");
  EXPECT_EQ(history.lines[0].type, EventType::kWarning);
  EXPECT_EQ(history.lines[0].subject, "Pod/web-0");
  EXPECT_EQ(history.lines[1].subject, "StatefulSet/database");
}

class EventFollowerClusterTest : public storefleet::testing::CachesTest {
 protected:
  static json::object event(const std::string& name) {
    return inside("uid-1", name,
                  {{"involvedObject", {{"kind", "Pod"}, {"name", "web-0"}}},
                   {"type", "Normal"},
                   {"reason", "Killing"},
                   {"message", name},
                   {"count", 1},
                   {"lastTimestamp", "2026-11-24T11:15:00Z"}});
  }
  void follow() {
    follower_.emplace(*client_, *caches_, writer_);
    fill();
    scope_->spawn("writer", writer_.run());
    scope_->spawn("watch", follower_->watch());
    scope_->spawn("write", follower_->write());
  }

  KeepingHistory history_;
  history::HistoryWriter writer_{context_.get_executor(), history_, 1};
  std::optional<EventFollower> follower_;
};

TEST_F(EventFollowerClusterTest, WhatIsSaidAfterAStoreWentIsStillItsOwn) {
  cluster_->put(k8s::kStore, store("demo", "uid-1", {{"team", "blue"}}));
  cluster_->put(k8s::kNamespace, store_namespace("demo", "uid-1", "ns-1"));
  cluster_->put(k8s::kEvent, event("first"));
  follow();
  ASSERT_TRUE(until([this] { return history_.lines.size() == 1; }));
  cluster_->remove(k8s::kEvent, {.ns = namespace_of("uid-1"), .name = "first"});
  cluster_->remove(k8s::kNamespace, {.name = namespace_of("uid-1")});
  cluster_->remove(k8s::kStore, {.name = "demo"});
  ASSERT_TRUE(until([this] { return caches_->stores.size() == 0 && caches_->namespaces.size() == 0; }));
  cluster_->put(k8s::kEvent, event("last"));
  ASSERT_TRUE(until([this] { return history_.lines.size() == 2; }));
  EXPECT_EQ(history_.lines[1].message, "last");
  EXPECT_EQ(history_.lines[1].store_uid, "uid-1");
  EXPECT_EQ(history_.lines[1].team, "blue");
}

}  // namespace
}  // namespace storefleet::store_operator
