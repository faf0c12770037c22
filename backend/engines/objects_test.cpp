#include "engines/objects.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "engines/catalogue.hpp"
#include "engines/egress.hpp"

namespace storefleet::engines {
namespace {

Engine test_engine() {
  const auto document = parse_yaml(R"(
name: tiny
chart: store-tiny
versions: [{version: "1", image: tiny}]
parameters: {type: object, additionalProperties: false, properties: {workers: {type: integer, minimum: 1}}}
secrets: {databasePassword: {length: 32}, agentToken: {length: 40}}
admin: {user: admin, path: /admin/}
web: {service: web, port: 80, agentPort: 8081, siteEndpoint: /site}
database: {port: 3306}
workloads: [{kind: StatefulSet, name: database, step: database}, {kind: Deployment, name: web, step: application}]
probe:
  - {name: catalogue, path: /shop/, expectBody: product, capture: [{name: id, pointer: /0/id}]}
plans:
  small: {quota: {pods: "4"}, limitRange: {type: Container}, storage: {database: 1Gi}, resources: {}, parameters: {workers: 2}}
)");
  return *parse_engine(*document);
}

Store test_store() {
  Store store;
  store.name = "demo";
  store.uid = "4f1c";
  store.spec.engine = "tiny";
  return store;
}

PlatformSettings test_settings() {
  PlatformSettings settings;
  settings.ingress_class = "traefik";
  settings.url_port = 8080;
  settings.blocked_egress = {"10.0.0.0/8", "fd00::/8"};
  settings.images = {{"tiny", "localhost/tiny:1"}};
  return settings;
}

const DesiredObject& named(const std::vector<DesiredObject>& objects, std::string_view name) {
  return *std::ranges::find_if(objects, [&](const auto& object) { return object.name == name; });
}

TEST(Identity, FollowsFromNameAndSettings) {
  const auto result = identity(test_store(), "0123456789", test_engine(), test_settings());
  EXPECT_EQ(result.store_namespace, "store-0123456789");
  EXPECT_EQ(result.url, "http://demo.storefleet.localhost:8080/");
  EXPECT_EQ(result.admin_url, "http://demo.storefleet.localhost:8080/admin/");
  EXPECT_EQ(result.title, "demo");
  EXPECT_EQ(result.admin_email, "admin@demo.storefleet.localhost");
}

TEST(AdminLogin, IsWhatTheEnginesFormTakes) {
  auto engine = test_engine();
  EXPECT_EQ(admin_login_name(test_store(), engine, test_settings()), engine.admin_user);
  engine.admin_login = AdminLogin::kEmail;
  EXPECT_EQ(admin_login_name(test_store(), engine, test_settings()), "admin@demo.storefleet.localhost");
  auto store = test_store();
  store.spec.admin_email = "Ann@Example.com";
  EXPECT_EQ(admin_login_name(store, engine, test_settings()), "Ann@Example.com") << "as the store has it";
}

TEST(Identity, HasNoHostOfThePlatform) {
  auto store = test_store();
  auto settings = test_settings();
  settings.platform_host = "fleet.example.com";
  store.spec.hosts = {"fleet.example.com", "victim.storefleet.localhost", "shop.example.org",
                      "example.com",       "demo.storefleet.localhost",   "Shop.example.net"};
  const auto result = identity(store, "0123456789", test_engine(), settings);
  EXPECT_EQ(result.hosts, (std::vector<std::string>{"demo.storefleet.localhost", "shop.example.org"}));
}

TEST(StoreId, IsStableAndADnsLabel) {
  const auto id = store_id_from_uid("4f1c");
  EXPECT_EQ(id, store_id_from_uid("4f1c"));
  EXPECT_NE(id, store_id_from_uid("4f1d"));
  EXPECT_EQ(id.size(), 10U);
}

TEST(Objects, NamespaceIsRestricted) {
  const auto engine = test_engine();
  const auto who = identity(test_store(), "0123456789", engine, test_settings());
  const json::value object(namespace_object(test_store(), who));
  EXPECT_EQ(string_or(object, {"metadata", "labels", "pod-security.kubernetes.io/enforce"}), "restricted");
  EXPECT_EQ(string_or(object, {"metadata", "labels", "storefleet.dev/store"}), "demo");
  EXPECT_EQ(string_or(object, {"metadata", "annotations", "storefleet.dev/store-uid"}), "4f1c");
}

TEST(Objects, PoliciesHaveTheShapeKubernetesWants) {
  const auto engine = test_engine();
  auto settings = test_settings();
  settings.ingress_peers = *parse_json(R"([{"podSelector":{"matchLabels":{"a":"b"}}}])").value().if_array();
  const auto who = identity(test_store(), "0123456789", engine, settings);
  const auto objects = policy_objects(who, engine, engine.plans.at("small"), settings);
  EXPECT_EQ(json::serialize(named(objects, "default-deny").object.at("spec")),
            R"({"podSelector":{},"policyTypes":["Ingress","Egress"]})");
  EXPECT_EQ(json::serialize(objects[0].object.at("spec")), R"({"hard":{"pods":"4"}})");
  EXPECT_EQ(json::serialize(objects[1].object.at("spec")), R"({"limits":[{"type":"Container"}]})");
  EXPECT_EQ(
      json::serialize(named(objects, "web").object.at("spec").at("ingress")),
      R"([{"from":[{"podSelector":{"matchLabels":{"a":"b"}}}],"ports":[{"protocol":"TCP","port":8080}]},)"
      R"({"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"storefleet-system"}},)"
      R"("podSelector":{"matchLabels":{}}}],"ports":[{"protocol":"TCP","port":8081}]}])");
  EXPECT_EQ(named(objects, "web").object.at("spec").at("egress").at(1), internet_egress(settings).at(0));
}

TEST(Objects, AnEngineWithoutDatabaseHasNoPolicyForOne) {
  auto engine = test_engine();
  engine.database_port = 0;
  const auto who = identity(test_store(), "0123456789", engine, test_settings());
  const auto objects = policy_objects(who, engine, engine.plans.at("small"), test_settings());
  EXPECT_EQ(std::ranges::count(objects, "database", &DesiredObject::name), 0);
  EXPECT_EQ(named(objects, "web").object.at("spec").at("egress").as_array().size(), 2U);
}

TEST(Objects, AServiceWithAPortOfItsOwnIsOpenAndInTheQuota) {
  const auto engine = test_engine();
  auto settings = test_settings();
  settings.service_type = "NodePort";
  const auto who = identity(test_store(), "0123456789", engine, settings);
  const auto objects = policy_objects(who, engine, engine.plans.at("small"), settings);
  EXPECT_EQ(json::serialize(objects[0].object.at("spec")),
            R"({"hard":{"pods":"4","services.nodeports":"2"}})");
  EXPECT_TRUE(named(objects, "web").object.at("spec").at("ingress").at(0).at("from").as_array().empty());
  EXPECT_EQ(string_or(helm_values(test_store().spec, engine, engine.plans.at("small"), settings),
                      {"service", "type"}),
            "NodePort");
}

TEST(Objects, BindingsPinRoleAndSubject) {
  const auto who = identity(test_store(), "0123456789", test_engine(), test_settings());
  const auto objects = binding_objects(who, test_settings());
  EXPECT_EQ(json::serialize(objects[0].object.at("subjects")),
            R"([{"kind":"ServiceAccount","name":"storefleet-controller","namespace":"storefleet-system"}])");
}

TEST(Objects, IngressRoutesEveryHost) {
  auto store = test_store();
  store.spec.hosts = {"shop.example"};
  const auto engine = test_engine();
  const auto who = identity(store, "0123456789", engine, test_settings());
  const auto object = ingress_object(who, engine, test_settings(), "h1");
  EXPECT_EQ(json::serialize(object.object.at("spec").at("rules").at(1)),
            R"({"host":"shop.example","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":)"
            R"({"name":"web","port":{"number":80}}}}]}})");
  EXPECT_NE(object.hash, ingress_object(who, engine, test_settings(), "h2").hash);
}

TEST(Objects, HelmValuesTakeUserValuesOverThePlan) {
  auto store = test_store();
  store.spec.values = {{"workers", 5}};
  const auto engine = test_engine();
  const json::value values(helm_values(store.spec, engine, engine.plans.at("small"), test_settings()));
  EXPECT_EQ(int_or(values, {"parameters", "workers"}, 0), 5);
  EXPECT_EQ(string_or(values, {"image", "reference"}), "localhost/tiny:1");
  EXPECT_EQ(string_or(values, {"storage", "database"}), "1Gi");
  EXPECT_EQ(find_at(values, {"asleep"}), nullptr) << "charts that cannot sleep need not know the word";
  store.spec.asleep = true;
  const json::value sleeping(helm_values(store.spec, engine, engine.plans.at("small"), test_settings()));
  EXPECT_TRUE(bool_or(sleeping, {"asleep"}, false));
}

TEST(Catalogue, RefusesWhatCannotBeProvisioned) {
  const EngineCatalogue catalogue({test_engine()});
  StoreSpec spec;
  spec.engine = "tiny";
  EXPECT_TRUE(catalogue.check(spec));
  spec.values = {{"workers", 0}};
  EXPECT_EQ(catalogue.check(spec).error().reason, Reason::kInvalidValues);
  spec.values = {{"unknown", 1}};
  EXPECT_EQ(catalogue.check(spec).error().reason, Reason::kInvalidValues);
  spec.values = {};
  spec.engine_version = "0.1";
  EXPECT_EQ(catalogue.check(spec).error().reason, Reason::kUnknownVersion);
  spec.engine_version = {};
  spec.plan = "huge";
  EXPECT_EQ(catalogue.check(spec).error().reason, Reason::kUnknownPlan);
  spec.engine = "magento";
  EXPECT_EQ(catalogue.check(spec).error().reason, Reason::kUnknownEngine);
  EXPECT_NE(catalogue.check(spec).error().message.find("tiny"), std::string::npos);
}

TEST(Engine, NamesTheWrongField) {
  EXPECT_NE(parse_engine(json::object{{"name", "x"}}).error().message.find("chart"), std::string::npos);
}

}  // namespace
}  // namespace storefleet::engines
