#include <gmock/gmock.h>

#include "cli/program.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

class CompletionTest : public CliTest {
 protected:
  CompletionTest() {
    server_.answer("GET /api/v1/stores?pageSize=500", 200, R"({"items":[{"name":"demo"},{"name":"shop"}]})");
    server_.answer("GET /api/v1/engines", 200, R"({"items":[{"name":"medusa"},{"name":"woocommerce"}]})");
  }

  /// What fits the last word.
  std::vector<std::string> complete(std::vector<std::string> words) {
    words.insert(words.begin(), {"__complete", "--"});
    EXPECT_EQ(run(words), 0);
    EXPECT_EQ(err_, "");
    std::vector<std::string> lines;
    std::istringstream text(out_);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
};

TEST_F(CompletionTest, Commands) {
  EXPECT_THAT(complete({""}), IsSupersetOf({"create", "list", "doctor", "completion"}));
  EXPECT_THAT(complete({}), Contains("create"));
  EXPECT_THAT(complete({"lo"}), ElementsAre("logs", "login", "logout"));
  EXPECT_THAT(complete({"config", "p"}), ElementsAre("path"));
  EXPECT_THAT(complete({"config", "get", ""}), ElementsAre("server"));
  EXPECT_THAT(complete({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(server_.requests(), IsEmpty()) << "none of these needs the server";
}

TEST_F(CompletionTest, OptionsOfTheCommandAndOfTheProgram) {
  EXPECT_THAT(complete({"create", "--e"}), ElementsAre("--engine", "--email", "--expires"));
  EXPECT_THAT(complete({"create", "demo", "--"}), IsSupersetOf({"--wait", "--output", "--server"}));
  EXPECT_THAT(complete({"list", "--"}), Not(Contains("--wait")));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CompletionTest, ValuesOfOptions) {
  EXPECT_THAT(complete({"list", "-o", "j"}), ElementsAre("json"));
  EXPECT_THAT(complete({"list", "--output=y"}), ElementsAre("--output=yaml"));
  EXPECT_THAT(complete({"list", "--output", "=", "y"}), ElementsAre("yaml")) << "as bash splits it";
  EXPECT_THAT(complete({"wait", "demo", "--for", ""}), ElementsAre("ready", "sleeping", "deleted"));
  EXPECT_THAT(complete({"create", "--engine", "m"}), ElementsAre("medusa"));
  EXPECT_THAT(complete({"create", "--title", ""}), IsEmpty());
}

TEST_F(CompletionTest, StoreNamesWhereAStoreIsMeant) {
  EXPECT_THAT(complete({"get", ""}), ElementsAre("demo", "shop"));
  EXPECT_THAT(complete({"delete", "--yes", "s"}), ElementsAre("shop"));
  EXPECT_THAT(complete({"-o", "json", "get", "d"}), ElementsAre("demo"));
  EXPECT_THAT(complete({"credentials", "demo", ""}), IsEmpty()) << "one name is enough";
  EXPECT_THAT(complete({"get", "demo", ""}), ElementsAre("demo", "shop")) << "of several each";
  EXPECT_THAT(complete({"engines", ""}), ElementsAre("medusa", "woocommerce"));
  EXPECT_THAT(complete({"create", ""}), IsEmpty()) << "a new name";
}

TEST_F(CompletionTest, NamesInsideGroups) {
  server_.answer("GET /api/v1/teams", 200, R"({"items":[{"name":"blue"},{"name":"red"}]})");
  server_.answer("GET /api/v1/users", 200, R"({"items":[{"name":"ann"}]})");
  EXPECT_THAT(complete({"team", "re"}), ElementsAre("remove-member"));
  EXPECT_THAT(complete({"team", "get", ""}), ElementsAre("blue", "red"));
  EXPECT_THAT(complete({"team", "add-member", "blue", ""}), ElementsAre("ann"));
  EXPECT_THAT(complete({"team", "add-member", "blue", "ann", "--role", "o"}), ElementsAre("owner"));
  EXPECT_THAT(complete({"list", "--team", "b"}), ElementsAre("blue"));
  EXPECT_THAT(complete({"team", "create", ""}), IsEmpty()) << "a new name";
  EXPECT_THAT(complete({"config", "use-context", ""}), IsEmpty()) << "none is known";
}

TEST_F(CompletionTest, WithoutAServerThereAreNoNames) {
  variables_["STOREFLEET_SERVER"] = "http://127.0.0.1:1";
  EXPECT_THAT(complete({"get", ""}), IsEmpty());
  variables_.erase("STOREFLEET_SERVER");
  EXPECT_THAT(complete({"get", ""}), IsEmpty());
}

TEST_F(CompletionTest, ServerOptionIsHeeded) {
  ScriptedServer other;
  other.answer("GET /api/v1/stores?pageSize=500", 200, R"({"items":[{"name":"there"}]})");
  EXPECT_THAT(complete({"--server", "http://127.0.0.1:" + std::to_string(other.port()), "get", ""}),
              ElementsAre("there"));
}

TEST_F(CompletionTest, ScriptsForThreeShells) {
  EXPECT_EQ(run({"completion", "bash"}), 0);
  EXPECT_THAT(out_, HasSubstr("complete -F _storefleet storefleet"));
  EXPECT_EQ(run({"completion", "zsh"}), 0);
  EXPECT_THAT(out_, HasSubstr("#compdef storefleet"));
  EXPECT_EQ(run({"completion", "fish"}), 0);
  EXPECT_THAT(out_, HasSubstr("complete -c storefleet"));
  EXPECT_EQ(run({"completion", "tcsh"}), 2);
  EXPECT_EQ(run({"completion"}), 2);
}

TEST_F(CompletionTest, BashUnderstandsItsScript) {
  const auto bash = find_program("bash", "/usr/bin:/bin");
  if (bash.empty()) GTEST_SKIP() << "no bash here";
  ASSERT_EQ(run({"completion", "bash"}), 0);
  const auto done = run_program({bash, "-c", out_ + R"(
      storefleet() { printf '%s\n' "$@"; }
      COMP_WORDS=(storefleet get "a b" rest)
      COMP_CWORD=2
      _storefleet
      printf '<%s>' "${COMPREPLY[@]}")"},
                                std::chrono::seconds(20));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->out, "<__complete><--><get><a b>") << "what stands after the cursor is left out";
}

}  // namespace
}  // namespace storefleet::cli
