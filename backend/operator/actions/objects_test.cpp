#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

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
    return {.kind = std::move(kind),
            .name = std::move(name),
            .hash = std::move(hash),
            .object = std::move(object)};
  }
};

TEST_F(ObjectsTest, BindingsAreAppliedSideBySideWhateverOthersSet) {
  scenario_.name_space().observed.desired.bindings = {desired("RoleBinding", "storefleet-operator", "b1"),
                                                      desired("RoleBinding", "storefleet-api", "b2")};
  api_->expect("PATCH", rbac("rolebindings/storefleet-"), taken());
  api_->expect("PATCH", rbac("rolebindings/storefleet-"), taken());
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

TEST_F(ObjectsTest, PoliciesAreAppliedAsWhatTheyAre) {
  scenario_.bound();
  for (int i = 0; i < 3; ++i) api_->expect("PATCH", "/api", taken());
  ASSERT_TRUE(act(ActionKind::kApplyPolicies));
  EXPECT_THAT(lines(), UnorderedElementsAre("PATCH " + core("resourcequotas/store"),
                                            "PATCH " + core("limitranges/store"),
                                            "PATCH " + networking("networkpolicies/web")));
}

TEST_F(ObjectsTest, OneThatIsRefusedFailsTheActionAndKeepsNoOtherFromBeingApplied) {
  scenario_.bound();
  api_->expect("PATCH", "/api", taken());
  api_->expect("PATCH", "/api", refusal(422, "Invalid"));
  api_->expect("PATCH", "/api", taken());
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
  api_->expect("PATCH", networking("ingresses/store"), taken());
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
  EXPECT_TRUE(memory_.removed.empty()) << "else the teardown would count as begun";
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
