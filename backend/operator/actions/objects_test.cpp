#include "engines/settled.hpp"
#include "operator/actions/testing.hpp"
#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using storefleet::testing::as_applied;
using storefleet::testing::every_field;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ObjectsTest : public storefleet::testing::ActionTest {
 protected:
  static std::string rbac(const std::string& rest) {
    return inside("/apis/rbac.authorization.k8s.io/v1", rest);
  }
  static std::string networking(const std::string& rest) {
    return inside("/apis/networking.k8s.io/v1", rest);
  }
  static engines::DesiredObject desired(std::string kind, std::string name, std::string hash) {
    json::object object{{"metadata", {{"name", name}, {"annotations", {{engines::kHashAnnotation, hash}}}}}};
    const auto fingerprint = engines::settled_fingerprint(kind, engines::set_by(object));
    return {.kind = std::move(kind),
            .name = std::move(name),
            .hash = std::move(hash),
            .object = std::move(object),
            .fingerprint = fingerprint};
  }
  /// What the API server has after it was applied.
  static k8s::testing::Reply stored(const engines::DesiredObject& desired, json::object others = {}) {
    auto object = as_applied(desired.object);
    auto& metadata = object["metadata"].as_object();
    metadata["resourceVersion"] = "5";
    if (!others.empty()) {
      metadata["managedFields"].as_array().push_back(
          json::object{{"manager", "kubectl"}, {"operation", "Update"}, {"fieldsV1", every_field(others)}});
      for (const auto& [key, value] : others) object[key] = value;
    }
    return {.body = json::serialize(object)};
  }
};

TEST_F(ObjectsTest, BindingsAreAppliedSideBySideWhateverOthersSet) {
  scenario_.name_space().observed.desired.bindings = {desired("RoleBinding", "storefleet-operator", "b1"),
                                                      desired("RoleBinding", "storefleet-api", "b1")};
  for (const auto& binding : scenario_.observed.desired.bindings)
    api_->expect("PATCH", rbac("rolebindings/storefleet-"), stored(binding));
  ASSERT_TRUE(act(ActionKind::kBind));
  EXPECT_THAT(lines(), UnorderedElementsAre("PATCH " + rbac("rolebindings/storefleet-operator"),
                                            "PATCH " + rbac("rolebindings/storefleet-api")));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(api_->requests[i].target.contains("force=true"));
    EXPECT_EQ(api_->requests[i].headers.get("Content-Type"), "application/apply-patch+yaml");
    EXPECT_EQ(string_or(sent(i), {"kind"}), "RoleBinding");
    EXPECT_EQ(k8s::meta_namespace(sent(i)), "store-0123456789");
  }
}

TEST_F(ObjectsTest, WhatOthersAddedIsTakenOverAndGoes) {
  const auto quota = desired("ResourceQuota", "store", "q1");
  scenario_.name_space().observed.desired.bindings = {quota};
  api_->expect("PATCH", core("resourcequotas/store"),
               stored(quota, {{"spec", {{"hard", {{"pods", "100"}}}}}}));
  api_->expect("PATCH", core("resourcequotas/store"), taken());
  api_->expect("PATCH", core("resourcequotas/store"), stored(quota));
  ASSERT_TRUE(act(ActionKind::kBind));
  EXPECT_EQ(k8s::meta_resource_version(sent(1)), "5");
  const auto& fields = array_at(sent(1), {"metadata", "managedFields"});
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(string_or(fields[0], {"manager"}), "storefleet");
  EXPECT_NE(find_at(fields[0], {"fieldsV1", "f:spec", "f:hard", "f:pods"}), nullptr);
}

TEST_F(ObjectsTest, AnIngressWhoseClassIsTheClustersToChooseIsMadeAnew) {
  const auto ingress = desired("Ingress", "store", "i1");
  scenario_.workloads().observed.desired.ingress = ingress;
  api_->expect("PATCH", networking("ingresses/store"),
               stored(ingress, {{"spec", {{"ingressClassName", "somebodys"}}}}));
  api_->expect("DELETE", networking("ingresses/store"), taken());
  api_->expect("PATCH", networking("ingresses/store"), stored(ingress));
  ASSERT_TRUE(act(ActionKind::kApplyIngress));
}

TEST_F(ObjectsTest, WhatTheServerKeepsOtherwiseIsAnErrorAndNoEndlessRound) {
  const auto quota = desired("ResourceQuota", "store", "q1");
  scenario_.name_space().observed.desired.bindings = {quota};
  for (int i = 0; i < 3; ++i)
    api_->expect("PATCH", core("resourcequotas/store"), stored(quota, {{"spec", {{"odd", true}}}}));
  EXPECT_EQ(act(ActionKind::kBind).error().code, ErrorCode::kInternal);
}

TEST_F(ObjectsTest, PoliciesAreAppliedAsWhatTheyAre) {
  scenario_.bound().observed.desired.policies = {desired("ResourceQuota", "store", "q1"),
                                                 desired("LimitRange", "store", "q1"),
                                                 desired("NetworkPolicy", "web", "q1")};
  for (const auto& policy : scenario_.observed.desired.policies)
    api_->expect("PATCH", "/api", stored(policy));
  ASSERT_TRUE(act(ActionKind::kApplyPolicies));
  EXPECT_THAT(lines(), UnorderedElementsAre("PATCH " + core("resourcequotas/store"),
                                            "PATCH " + core("limitranges/store"),
                                            "PATCH " + networking("networkpolicies/web")));
}

TEST_F(ObjectsTest, OneThatIsRefusedFailsTheActionAndKeepsNoOtherFromBeingApplied) {
  const auto quota = desired("ResourceQuota", "store", "q1");
  scenario_.bound().observed.desired.policies = {quota, quota, quota};
  api_->expect("PATCH", "/api", stored(quota));
  api_->expect("PATCH", "/api", refusal(422, "Invalid"));
  api_->expect("PATCH", "/api", stored(quota));
  const auto result = act(ActionKind::kApplyPolicies);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(api_->requests.size(), 3U);
}

TEST_F(ObjectsTest, AKindThatTheOperatorDoesNotApplyIsAnErrorAndIsNotSent) {
  scenario_.bound().observed.desired.policies = {desired("Secret", "store", "x")};
  const auto result = act(ActionKind::kApplyPolicies);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInternal);
  EXPECT_EQ(result.error().message, "the operator applies no Secret");
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(ObjectsTest, TheIngressIsAppliedWithTheHashOfTheSiteSettings) {
  scenario_.workloads().observed.desired.ingress = desired("Ingress", "store", "i1");
  api_->expect("PATCH", networking("ingresses/store"), stored(scenario_.observed.desired.ingress));
  ASSERT_TRUE(act(ActionKind::kApplyIngress));
  EXPECT_EQ(k8s::meta_annotation(sent(0), engines::kHashAnnotation), "i1");
}

TEST_F(ObjectsTest, AnIngressThatIsRefusedIsAnError) {
  scenario_.workloads();
  api_->expect("PATCH", networking("ingresses/store"), refusal(403, "Forbidden"));
  EXPECT_EQ(act(ActionKind::kApplyIngress).error().code, ErrorCode::kForbidden);
}

TEST_F(ObjectsTest, OfAStoreThatGoesToSleepTheIngressGoesWithoutAReceipt) {
  scenario_.ready();
  api_->expect("DELETE", networking("ingresses/store"), taken());
  ASSERT_TRUE(act(ActionKind::kDeleteIngress));
  EXPECT_EQ(only_uid(0), "in-1");
  EXPECT_TRUE(scenario_.observed.memory.removed.empty()) << "else the teardown would count as begun";
}

TEST_F(ObjectsTest, OfADeletedStoreEveryIngressGoesAndIsInTheReceipt) {
  scenario_.ready().deleting().observed.ingresses.push_back({.name = "second", .uid = "in-2"});
  api_->expect("DELETE", networking("ingresses/store"), refusal(404, "NotFound"));
  api_->expect("DELETE", networking("ingresses/second"), taken());
  ASSERT_TRUE(act(ActionKind::kDeleteIngress));
  EXPECT_EQ(only_uid(1), "in-2");
  EXPECT_THAT(removed("Ingress"), ElementsAre("store", "second"));
}

TEST_F(ObjectsTest, AnIngressThatCannotBeDeletedIsAnError) {
  scenario_.ready();
  api_->expect("DELETE", networking("ingresses/store"), refusal(409, "Conflict"));
  EXPECT_EQ(act(ActionKind::kDeleteIngress).error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace storefleet::store_operator
