#include "operator/watch/views.hpp"

#include <gtest/gtest.h>

#include "engines/objects.hpp"

namespace storefleet::store_operator {
namespace {

json::value parse(std::string_view text) {
  return parse_json(text).value();
}

TEST(Views, AQuotaTellsWhatIsUsedUp) {
  const auto view = owned_view(parse(R"({"metadata":{"name":"store","namespace":"store-a"},"status":{
      "hard":{"pods":"1","limits.cpu":"2","count/services":"0","requests.storage":"6Gi","odd":7},
      "used":{"pods":"1","limits.cpu":"1500m","count/services":"0","requests.storage":"6Gi","odd":7}}})"));
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->quota_filled);
  EXPECT_EQ(view->used_up, "pods (1 of 1), requests.storage (6Gi of 6Gi)");
  EXPECT_EQ(owned_view(parse(R"({"metadata":{"name":"web","namespace":"store-a"}})"))->used_up, "");
}

TEST(Views, ADeploymentTellsWhyAPodCannotBeMade) {
  const auto view =
      workload_view(parse(R"({"metadata":{"name":"web","namespace":"store-a"},"status":{"conditions":[
      {"type":"Progressing","status":"True","message":"m1"},{"type":"ReplicaFailure","status":"True","message":"m2"}]}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->replica_failure, "m2");
}

json::value store_namespace(const std::string& name) {
  auto object = parse(R"({"metadata":{"labels":{"storefleet.dev/store":"a"},
      "annotations":{"storefleet.dev/store-uid":"uid-a"},"deletionTimestamp":"2026-11-29T00:00:00Z"},
      "status":{"conditions":[
      {"type":"NamespaceDeletionDiscoveryFailure","status":"True","message":"metrics.k8s.io"},
      {"type":"NamespaceContentRemaining","status":"False","message":"nothing"}]}})");
  object.at("metadata").get_object()["name"] = name;
  return object;
}

TEST(Views, NobodysLabelMakesAnotherNamespaceAStores) {
  const auto own = engines::namespace_of(engines::store_id_from_uid("uid-a"));
  ASSERT_TRUE(namespace_view(store_namespace(own)));
  for (const auto& name :
       {std::string("abc"), std::string(), std::string("store-"), std::string("store-evil"), own + "x"})
    EXPECT_FALSE(namespace_view(store_namespace(name))) << name;
}

TEST(Views, ATerminatingNamespaceTellsWhatKeepsIt) {
  const auto view =
      namespace_view(store_namespace(engines::namespace_of(engines::store_id_from_uid("uid-a"))));
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->terminating);
  EXPECT_EQ(view->kept_by, "metrics.k8s.io");
}

}  // namespace
}  // namespace storefleet::store_operator
