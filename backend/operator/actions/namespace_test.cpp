#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

class NamespaceTest : public storefleet::testing::ActionTest {
 protected:
  static constexpr auto kNamespaces = "/api/v1/namespaces";
  static constexpr auto kStore = "/apis/storefleet.dev/v1alpha1/stores/demo";
  static constexpr auto kOwn = "/api/v1/namespaces/store-0123456789";
};

TEST_F(NamespaceTest, IsMadeForThisVeryStore) {
  scenario_.hosts();
  api_->expect("GET", kStore, {.body = R"({"metadata":{"uid":"uid-1"}})"});
  api_->expect("POST", kNamespaces, taken());
  ASSERT_TRUE(act(ActionKind::kCreateNamespace));
  EXPECT_EQ(string_or(sent(1), {"metadata", "name"}), "store-0123456789");
  EXPECT_EQ(k8s::meta_label(sent(1), engines::kStoreLabel), "demo");
  EXPECT_EQ(k8s::meta_annotation(sent(1), engines::kStoreUidAnnotation), "uid-1");
  EXPECT_EQ(k8s::meta_label(sent(1), "pod-security.kubernetes.io/enforce"), "restricted");
}

/// What the caches show may be from before its end.
TEST_F(NamespaceTest, IsNotMadeForAStoreThatIsGone) {
  scenario_.hosts();
  api_->expect("GET", kStore, refusal(404, "NotFound"));
  const auto gone = act(ActionKind::kCreateNamespace);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
  api_->expect("GET", kStore, {.body = R"({"metadata":{"uid":"uid-2"}})"});
  const auto another = act(ActionKind::kCreateNamespace);
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().code, ErrorCode::kNotFound);
}

TEST_F(NamespaceTest, ThatIsThereAlreadyCountsAsMade) {
  scenario_.hosts();
  api_->expect("GET", kStore, {.body = R"({"metadata":{"uid":"uid-1"}})"});
  api_->expect("POST", kNamespaces, refusal(409, "AlreadyExists"));
  EXPECT_TRUE(act(ActionKind::kCreateNamespace));
}

TEST_F(NamespaceTest, ThatCannotBeMadeIsAnError) {
  scenario_.hosts();
  api_->expect("GET", kStore, {.body = R"({"metadata":{"uid":"uid-1"}})"});
  api_->expect("POST", kNamespaces, refusal(500, "InternalError"));
  const auto result = act(ActionKind::kCreateNamespace);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
}

TEST_F(NamespaceTest, GetsItsLabelsBackAndLosesThoseThatWeakenIt) {
  scenario_.name_space();
  api_->expect("PATCH", kOwn, taken());
  ASSERT_TRUE(act(ActionKind::kLabelNamespace));
  const auto patch = sent(0);
  EXPECT_EQ(k8s::meta_uid(patch), "ns-1");
  EXPECT_EQ(k8s::meta_label(patch, "pod-security.kubernetes.io/enforce"), "restricted");
  EXPECT_EQ(k8s::meta_label(patch, engines::kStoreIdLabel), "0123456789");
  EXPECT_EQ(k8s::meta_annotation(patch, engines::kStoreUidAnnotation), "uid-1");
  const auto* version = find_at(patch, {"metadata", "labels", "pod-security.kubernetes.io/enforce-version"});
  ASSERT_NE(version, nullptr);
  EXPECT_TRUE(version->is_null()) << "it goes";
  EXPECT_EQ(find_at(patch, {"metadata", "labels", "somebodys"}), nullptr) << "it stays";
}

TEST_F(NamespaceTest, IsDeletedAsTheOneThatWasSeenAndNamedInTheReceipt) {
  scenario_.name_space().deleting();
  api_->expect("DELETE", kOwn, taken());
  ASSERT_TRUE(act(ActionKind::kDeleteNamespace));
  EXPECT_EQ(only_uid(0), "ns-1");
  EXPECT_THAT(removed("Namespace"), ElementsAre("store-0123456789"));
}

TEST_F(NamespaceTest, ThatIsGoneAlreadyCountsAsDeletedAndIsNamedOnce) {
  scenario_.name_space().deleting();
  for (int i = 0; i < 2; ++i) {
    api_->expect("DELETE", kOwn, refusal(404, "NotFound"));
    EXPECT_TRUE(act(ActionKind::kDeleteNamespace));
  }
  EXPECT_THAT(removed("Namespace"), ElementsAre("store-0123456789"));
}

TEST_F(NamespaceTest, ThatIsAnotherByNowIsNotDeleted) {
  scenario_.name_space().deleting();
  api_->expect("DELETE", kOwn, refusal(409, "Conflict"));
  const auto result = act(ActionKind::kDeleteNamespace);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace storefleet::store_operator
