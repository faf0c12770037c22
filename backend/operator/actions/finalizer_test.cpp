#include "operator/actions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;

class FinalizerTest : public storefleet::testing::ActionTest {
 protected:
  static constexpr auto kStore = "/apis/storefleet.dev/v1alpha1/stores/demo";

  [[nodiscard]] std::vector<std::string> sent_finalizers(std::size_t request = 0) const {
    std::vector<std::string> names;
    for (const auto& name : array_at(sent(request), {"metadata", "finalizers"}))
      names.push_back(to_std(name.as_string()));
    return names;
  }
};

TEST_F(FinalizerTest, IsAddedToThoseThatOthersHaveAndToTheVersionThatWasSeenAlone) {
  scenario_.observed.store.finalizers = {"example.com/backup"};
  api_->expect("PATCH", kStore, taken());
  ASSERT_TRUE(act(ActionKind::kAddFinalizer));
  EXPECT_THAT(sent_finalizers(), ElementsAre("example.com/backup", kFinalizer));
  EXPECT_EQ(string_or(sent(0), {"metadata", "resourceVersion"}), "7");
}

TEST_F(FinalizerTest, IsTakenAwayWithoutThoseThatOthersHave) {
  scenario_.observed.store.finalizers = {std::string(kFinalizer), "example.com/backup"};
  api_->expect("PATCH", kStore, taken());
  ASSERT_TRUE(act(ActionKind::kRemoveFinalizer));
  EXPECT_THAT(sent_finalizers(), ElementsAre("example.com/backup"));
  EXPECT_EQ(string_or(sent(0), {"metadata", "resourceVersion"}), "7");
}

TEST_F(FinalizerTest, OfAStoreThatIsGoneIsDone) {
  for (const auto kind : {ActionKind::kAddFinalizer, ActionKind::kRemoveFinalizer}) {
    api_->expect("PATCH", kStore, refusal(404, "NotFound"));
    EXPECT_TRUE(act(kind));
  }
}

TEST_F(FinalizerTest, OfAStoreThatChangedMeanwhileIsSetAsItIsNow) {
  api_->expect("PATCH", kStore, refusal(409, "Conflict"));
  api_->expect("GET", kStore,
               {.body = R"({"metadata":{"name":"demo","uid":"uid-1","resourceVersion":"9",)"
                        R"("finalizers":["example.com/backup"]},"spec":{"engine":"tiny"}})"});
  api_->expect("PATCH", kStore, taken());
  ASSERT_TRUE(act(ActionKind::kAddFinalizer));
  EXPECT_THAT(sent_finalizers(2), ElementsAre("example.com/backup", kFinalizer));
  EXPECT_EQ(string_or(sent(2), {"metadata", "resourceVersion"}), "9");
}

TEST_F(FinalizerTest, OfAnotherStoreOfThatNameIsNotTouched) {
  for (const auto kind : {ActionKind::kAddFinalizer, ActionKind::kRemoveFinalizer}) {
    api_->expect("PATCH", kStore, refusal(409, "Conflict"));
    api_->expect("GET", kStore,
                 {.body = R"({"metadata":{"name":"demo","uid":"uid-2"},"spec":{"engine":"tiny"}})"});
    EXPECT_TRUE(act(kind)) << "that of ours is gone";
  }
}

}  // namespace
}  // namespace storefleet::store_operator
