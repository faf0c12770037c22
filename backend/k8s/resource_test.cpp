#include "k8s/resource.hpp"

#include <gtest/gtest.h>

namespace storefleet::k8s {
namespace {

TEST(Resource, BuildsPaths) {
  EXPECT_EQ(object_path(kPod, {"shop", "web"}), "/api/v1/namespaces/shop/pods/web");
  EXPECT_EQ(object_path(kPod, {"", ""}), "/api/v1/pods");
  EXPECT_EQ(object_path(kNamespace, {"", "shop"}), "/api/v1/namespaces/shop");
  EXPECT_EQ(object_path(kDeployment, {"shop", "web"}, "status"),
            "/apis/apps/v1/namespaces/shop/deployments/web/status");
  EXPECT_EQ(object_path(kStore, {"", "demo"}), "/apis/storefleet.dev/v1alpha1/stores/demo");
  EXPECT_EQ(object_path(kRoleBinding, {"a/b", "c:d"}),
            "/apis/rbac.authorization.k8s.io/v1/namespaces/a%2Fb/rolebindings/c%3Ad");
}

TEST(Resource, ReadsMetadata) {
  const auto object = *parse_json(R"({"metadata":{"name":"n","namespace":"s","uid":"u","resourceVersion":"9",
    "generation":3,"labels":{"a":"b"},"annotations":{"c":""},"deletionTimestamp":"2026-01-01T00:00:00Z"}})");
  EXPECT_EQ(object_name(object), (ObjectName{"s", "n"}));
  EXPECT_EQ(meta_uid(object), "u");
  EXPECT_EQ(meta_resource_version(object), "9");
  EXPECT_EQ(meta_generation(object), 3);
  EXPECT_EQ(meta_label(object, "a"), "b");
  EXPECT_EQ(meta_annotation(object, "c"), "");
  EXPECT_FALSE(meta_label(object, "z"));
  EXPECT_TRUE(has_deletion_timestamp(object));
  const json::value empty = json::object{};
  EXPECT_EQ(meta_name(empty), "");
  EXPECT_FALSE(has_deletion_timestamp(empty));
}

}  // namespace
}  // namespace storefleet::k8s
