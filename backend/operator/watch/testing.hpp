#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engines/catalogue.hpp"
#include "engines/objects.hpp"
#include "engines/settled.hpp"
#include "http/testing.hpp"
#include "operator/watch/caches.hpp"

/// A cluster that watch caches can be filled from; for tests.
namespace storefleet::testing {

/// An API server that lists and watches what a test puts into it. What else it is asked, it keeps, and
/// answers as the test says: it changes nothing by itself. What is put into it at once, watches bring at
/// once.
class ListedCluster {
 public:
  using Answer = std::function<http::Response(const http::Request& request)>;

  explicit ListedCluster(asio::io_context& context)
      : server_(context.get_executor(), {.address = "127.0.0.1"},
                [this](http::Request request) { return answer(std::move(request)); }) {
    if (!server_.listen()) throw std::runtime_error("cannot listen");
  }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  Task<void> stop() { return server_.stop(std::chrono::milliseconds(50)); }
  void on_request(Answer answer) { answer_ = std::move(answer); }

  /// Adds the object, or puts it in the place of the one of that name; watches see it.
  void put(const k8s::Resource& resource, json::object object) {
    auto& objects = objects_[collection(resource)];
    const auto name = k8s::object_name(object);
    auto& metadata = object["metadata"].as_object();
    metadata["resourceVersion"] = std::to_string(++version_);
    const auto* type = objects.contains(name) ? "MODIFIED" : "ADDED";
    tell(resource, type, object);
    objects[name] = std::move(object);
  }
  void remove(const k8s::Resource& resource, const k8s::ObjectName& name) {
    auto& objects = objects_[collection(resource)];
    tell(resource, "DELETED", objects.at(name));
    objects.erase(name);
  }

  std::vector<http::Request> requests;  // but lists and watches

 private:
  static std::string collection(const k8s::Resource& resource) { return k8s::object_path(resource, {}); }

  void tell(const k8s::Resource& resource, std::string_view type, const json::object& object) {
    events_[collection(resource)].push_back(
        json::serialize(json::object{{"type", type}, {"object", object}}) + "\n");
  }

  Task<void> write_events(http::ResponseStream& stream, std::string path, std::size_t next) {
    while (stream.open()) {
      std::string lines;
      while (next < events_[path].size()) lines += events_[path][next++];
      if (!lines.empty()) {
        const auto written = co_await stream.write(std::move(lines));
        if (!written) co_return;
      }
      const bool waited = co_await sleep_for(std::chrono::milliseconds(2));
      if (!waited) co_return;
    }
  }

  Task<http::Response> answer(http::Request request) {
    const auto path = request.target.substr(0, request.target.find('?'));
    http::Response response{.headers = {{"Content-Type", "application/json"}}};
    if (request.target.contains("watch=true")) {
      // A watch comes after a list, of which it misses nothing: what is told twice changes nothing.
      response.stream = [this, path, next = listed_[path]](http::ResponseStream& stream) {
        return write_events(stream, path, next);
      };
    } else if (request.target.contains("limit=")) {
      listed_[path] = events_[path].size();
      json::array items;
      for (const auto& [name, object] : objects_[path]) items.push_back(object);
      response.body = json::serialize(
          json::object{{"metadata", {{"resourceVersion", std::to_string(version_)}}}, {"items", items}});
    } else {
      requests.push_back(request);
      response.body = "{}";
      if (answer_) response = answer_(request);
    }
    co_return response;
  }

  Answer answer_;
  int version_ = 1;
  std::map<std::string, std::map<k8s::ObjectName, json::object>> objects_;  // by the path of their collection
  std::map<std::string, std::vector<std::string>> events_;                  // lines of watches, the same
  std::map<std::string, std::size_t> listed_;  // how many of them the last list has
  http::Server server_;
};

/// Every field of a value, in the form of managedFields.
inline json::object every_field(const json::value& value) {
  json::object fields;
  if (value.is_object())
    for (const auto& [key, member] : value.get_object())
      fields["f:" + std::string(key)] = every_field(member);
  return fields;
}

/// An object as the API server has it after `manager` applied it.
inline json::object as_applied(json::object object, std::string_view manager = k8s::kFieldManager) {
  auto fields = every_field(engines::set_by(object));
  object["metadata"].as_object()["managedFields"] = json::array{
      json::object{{"manager", manager}, {"operation", "Apply"}, {"fieldsV1", std::move(fields)}}};
  return object;
}

/// The caches of a listed cluster.
class CachesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.emplace(context_);
    k8s::ClusterConfig config;
    config.server = {"http", "127.0.0.1", cluster_->port(), "/"};
    client_ = k8s::Client::create(context_.get_executor(), std::move(config)).value();
    caches_.emplace(*client_);
    scope_.emplace(context_.get_executor());
  }
  void TearDown() override {
    scope_->cancel();
    run(context_, scope_->join());
    client_.reset();
    run(context_, cluster_->stop());
  }

  /// Fills the caches with what the cluster has.
  void fill() {
    caches_->start(*scope_);
    ASSERT_TRUE(run_until(context_, [this] { return caches_->synced(); }));
  }
  template <class Condition>
  bool until(Condition condition) {
    return run_until(context_, std::move(condition));
  }

  static std::string id_of(const std::string& uid) { return engines::store_id_from_uid(uid); }
  static std::string namespace_of(const std::string& uid) { return engines::namespace_of(id_of(uid)); }

  static json::object store(std::string_view name, std::string_view uid, json::object spec = {}) {
    if (!spec.contains("engine")) spec["engine"] = "tiny";
    return {{"metadata",
             {{"name", name},
              {"uid", uid},
              {"generation", 1},
              {"creationTimestamp", "2026-11-24T11:15:00Z"},
              {"finalizers", json::array{json::string(kFinalizer)}}}},
            {"spec", std::move(spec)}};
  }
  static json::object store_namespace(std::string_view store, const std::string& uid,
                                      std::string_view ns_uid) {
    return {{"metadata",
             {{"name", namespace_of(uid)},
              {"uid", ns_uid},
              {"labels",
               {{"app.kubernetes.io/managed-by", "storefleet"},
                {engines::kStoreIdLabel, id_of(uid)},
                {engines::kStoreLabel, store},
                {"pod-security.kubernetes.io/enforce", "restricted"},
                {"pod-security.kubernetes.io/audit", "restricted"},
                {"pod-security.kubernetes.io/warn", "restricted"}}},
              {"annotations", {{engines::kStoreUidAnnotation, uid}}}}}};
  }
  /// An object in the namespace of the store with that UID; `rest` is what it has besides its metadata.
  static json::object inside(const std::string& uid, std::string_view name, json::object rest = {}) {
    rest["metadata"] = {{"name", name},
                        {"namespace", namespace_of(uid)},
                        {"uid", "uid-of-" + std::string(name)},
                        {"labels", {{"app.kubernetes.io/managed-by", "storefleet"}}}};
    return rest;
  }
  static json::object host_claim(std::string_view host, std::string_view store, std::string_view uid,
                                 std::string_view created = "2026-11-24T11:15:00Z") {
    return {
        {"metadata", {{"name", host}, {"uid", "claim-" + std::string(host)}, {"creationTimestamp", created}}},
        {"spec", {{"storeName", store}, {"storeUid", uid}}}};
  }

  /// An engine with one plan, "small", whose volume "files" has 2Gi.
  static engines::Engine tiny() {
    engines::Engine engine;
    engine.name = "tiny";
    engine.chart = "store-tiny";
    engine.chart_hash = "c1";
    engine.versions = {{"2", "tiny"}, {"1", "tiny"}};
    engine.admin_user = "merchant";
    engine.plans["small"].storage = {{"files", "2Gi"}};
    engine.workloads = {{"StatefulSet", "database", StepName::kDatabase},
                        {"Deployment", "web", StepName::kApplication}};
    return engine;
  }

  asio::io_context context_{1};
  std::optional<ListedCluster> cluster_;
  std::unique_ptr<k8s::Client> client_;
  std::optional<store_operator::ClusterCaches> caches_;
  std::optional<TaskScope> scope_;
};

}  // namespace storefleet::testing
