#include "operator/actions/testing.hpp"
#include "operator/decisions/diagnose.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogTest : public storefleet::testing::ActionTest {
 protected:
  void SetUp() override {
    ActionTest::SetUp();
    auto& pod = scenario_.release().observed.pods[1];
    pod.restarts = 5;
    pod.crashed_container = "php";
  }
};

TEST_F(LogTest, TheEndOfTheContainerThatCrashedIsKeptAsEvidenceWithoutControlCharacters) {
  api_->expect("GET", core("pods/web-1/log?"), {.body = "one\x1b[31m\nfatal: no space\n"});
  ASSERT_TRUE(act(ActionKind::kReadLog));
  EXPECT_THAT(api_->requests[0].target, AllOf(HasSubstr("container=php"), HasSubstr("previous=true"),
                                              HasSubstr("tailLines=10"), HasSubstr("limitBytes=4096")));
  EXPECT_THAT(scenario_.observed.memory.evidence, HasSubstr("fatal: no space"));
  EXPECT_FALSE(scenario_.observed.memory.evidence.contains('\x1b'));
  EXPECT_EQ(scenario_.observed.memory.evidence_of, evidence_key(scenario_.observed.pods[1]));
}

TEST_F(LogTest, ALogThatCannotBeReadIsSaidToBeSoAndNotAskedForAgain) {
  api_->expect("GET", core("pods/web-1/log?"), refusal(400, "BadRequest"));
  ASSERT_TRUE(act(ActionKind::kReadLog));
  EXPECT_THAT(scenario_.observed.memory.evidence,
              HasSubstr("(the log cannot be read: the server says BadRequest)"));
  scenario_.observed.memory = scenario_.observed.memory;
  EXPECT_FALSE(wants_log(scenario_.observed));
}

TEST_F(LogTest, WithoutAPodThatCrashesThereIsNothingToRead) {
  scenario_.observed.pods[1].restarts = 0;
  ASSERT_TRUE(act(ActionKind::kReadLog));
  EXPECT_THAT(lines(), IsEmpty());
  EXPECT_EQ(scenario_.observed.memory.evidence_of, "");
}

}  // namespace
}  // namespace storefleet::store_operator
