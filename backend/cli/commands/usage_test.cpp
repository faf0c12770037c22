#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.hpp"
#include "cli/config.hpp"
#include "cli/output.hpp"
#include "cli/suggest.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CliTest, UnknownWordsGetASuggestion) {
  EXPECT_EQ(run({"crate", "demo"}), 2);
  EXPECT_THAT(err_, HasSubstr("Did you mean 'create'?"));
  EXPECT_THAT(err_, HasSubstr("next: storefleet create --help"));
  EXPECT_EQ(run({"create", "demo", "--enigne", "woocommerce"}), 2);
  EXPECT_THAT(err_, HasSubstr("Did you mean '--engine'?"));
  EXPECT_EQ(run({"xyzzy"}), 2);
  EXPECT_THAT(err_, Not(HasSubstr("Did you mean")));
}

TEST_F(CliTest, WrongUseIsExitCode2WithTheNextCommand) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"get"},
                                                                     {"help", "crate"},
                                                                     {"list", "-o", "xml"},
                                                                     {"wait", "demo", "--for", "lunch"},
                                                                     {"create", "a", "--timeout", "soon"}}) {
    EXPECT_EQ(run(arguments), 2) << fmt::format("{}", fmt::join(arguments, " "));
    EXPECT_THAT(err_, HasSubstr("next: storefleet "));
    EXPECT_EQ(out_, "");
  }
}

TEST_F(CliTest, HelpIsDataAndNamesTheExitCodes) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("8 forbidden"));
  EXPECT_EQ(run({"create", "--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("--idempotency-key"));
  EXPECT_THAT(out_, HasSubstr("storefleet create shop --engine woocommerce"));
  EXPECT_THAT(out_, HasSubstr("8 forbidden"));
  const auto help_of_create = out_;
  EXPECT_EQ(run({"help", "create"}), 0);
  EXPECT_EQ(out_, help_of_create);
  EXPECT_EQ(run({"help", "team", "create"}), 0);
  EXPECT_THAT(out_, HasSubstr("--max-stores"));
}

TEST_F(CliTest, WithoutWordsItShowsItsHelpInGroups) {
  ASSERT_EQ(run({}), 0);
  const auto help = out_;
  EXPECT_EQ(err_, "");
  for (const auto* group : {"Stores:", "Looking at stores:", "Getting into stores:", "Teams, users, tokens:",
                            "This platform, this program:", "Examples:"})
    EXPECT_THAT(help, HasSubstr(group));
  EXPECT_THAT(help, Not(HasSubstr("Subcommands:"))) << "every command is in a group";
  EXPECT_EQ(run({"help"}), 0);
  EXPECT_EQ(out_, help);
}

TEST_F(CliTest, ItsVersionIsThatOfTheChart) {
  ASSERT_EQ(run({"--version"}), 0);
  EXPECT_THAT(out_, ::testing::StartsWith("storefleet "));
  EXPECT_THAT(out_, ::testing::ContainsRegex("^storefleet [0-9]+[.][0-9]+[.][0-9]+\n"));
}

TEST_F(CliTest, AFailureWithoutABetterHintLeadsToTheHelpOfItsCommand) {
  EXPECT_EQ(run({"create", "a", "--engine", "x", "--timeout", "soon"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet create --help\n"));
  EXPECT_EQ(run({"update", "a", "--expires", "7"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet update --help\n"));
}

class LoginTest : public CliTest {
 protected:
  LoginTest() : address_(variables_["STOREFLEET_SERVER"]) {
    variables_.erase("STOREFLEET_SERVER");
    variables_.erase("STOREFLEET_TOKEN");
    server_.answer("GET /api/v1/me", 200, R"({"name":"admin","role":"admin"})");
  }
  std::string address_;
};

TEST_F(LoginTest, WithoutAServerSaysHowToLogIn) {
  EXPECT_EQ(run({"list"}), 3);
  EXPECT_THAT(err_, HasSubstr("next: storefleet login"));
}

TEST_F(LoginTest, RemembersServerAndTokenForTheOwnerOnly) {
  input_ = "sesame\n";
  ASSERT_EQ(run({"login", address_ + "/", "--token-stdin"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().headers.get("Authorization"), "Bearer sesame");
  const auto path = folder_ + "/storefleet/config.json";
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(run({"config", "path"}), 0);
  EXPECT_EQ(out_, path + "\n");
  EXPECT_EQ(run({"config", "get", "server"}), 0);
  EXPECT_EQ(out_, address_ + "\n");
  EXPECT_EQ(run({"config", "view"}), 0);
  EXPECT_THAT(out_, HasSubstr(address_));
  EXPECT_THAT(out_, Not(HasSubstr("sesame")));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  EXPECT_EQ(run({"get", "demo"}), 0);
  EXPECT_EQ(server_.requests().back().headers.get("Authorization"), "Bearer sesame");
}

TEST_F(LoginTest, AStoredTokenGoesToItsOwnServerOnly) {
  input_ = "sesame\n";
  ASSERT_EQ(run({"login", address_, "--token-stdin"}), 0) << err_;
  ScriptedServer other;
  EXPECT_EQ(run({"get", "demo", "--server", fmt::format("http://127.0.0.1:{}", other.port())}), 4);
  EXPECT_FALSE(other.requests().front().headers.contains("Authorization"));
}

TEST_F(LoginTest, LogoutForgetsTheToken) {
  input_ = "sesame\n";
  ASSERT_EQ(run({"login", address_, "--token-stdin"}), 0) << err_;
  EXPECT_EQ(run({"logout"}), 0) << err_;
  EXPECT_EQ(run({"list"}), 3);
  EXPECT_EQ(run({"logout"}), 0) << "nothing to forget is no failure";
}

TEST_F(LoginTest, ATokenThatTheServerRefusesIsNotStored) {
  ScriptedServer strict;
  strict.answer("GET /api/v1/me", 401, R"({"code":"Unauthenticated","detail":"no"})");
  input_ = "wrong\n";
  EXPECT_EQ(run({"login", fmt::format("http://127.0.0.1:{}", strict.port()), "--token-stdin"}), 3);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/storefleet/config.json"));
}

TEST_F(LoginTest, ReadsATokenFile) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ + "/token") << "  sesame \n";
  EXPECT_EQ(run({"login", address_, "--token-file", folder_ + "/token"}), 0) << err_;
  EXPECT_EQ(run({"login", address_, "--token-file", folder_ + "/none"}), 2);
  EXPECT_EQ(run({"login", address_}), 2);
  input_ = "\n";
  EXPECT_EQ(run({"login", address_, "--token-stdin"}), 2);
}

TEST_F(LoginTest, ABrokenConfigurationSaysWhere) {
  std::filesystem::create_directories(folder_ + "/storefleet");
  std::ofstream(folder_ + "/storefleet/config.json") << "{";
  EXPECT_EQ(run({"list"}), 2);
  EXPECT_THAT(err_, HasSubstr("config.json"));
}

TEST(SuggestTest, NearestWord) {
  const std::vector<std::string> words = {"create", "list", "delete"};
  EXPECT_EQ(edit_distance("crate", "create"), 1U);
  EXPECT_EQ(edit_distance("lsit", "list"), 1U);
  EXPECT_EQ(nearest("delte", words), "delete");
  EXPECT_EQ(nearest("banana", words), "");
}

TEST(OutputTest, YamlAndJsonReadBackAsTheSame) {
  const auto value =
      parse_json(
          R"({"a":"true","b":"1","c":[1,2.5,"x: y",{"d":null,"e":[]},[1,[2]]],"f":{},"g":"line\nbreak","h":"-"})")
          .value();
  EXPECT_EQ(parse_yaml(format_yaml(value)).value(), value) << format_yaml(value);
  EXPECT_EQ(parse_json(format_json(value)).value(), value) << format_json(value);
  EXPECT_THAT(format_json(value), HasSubstr("2.5"));
}

TEST(OutputTest, Ages) {
  const auto now = parse_time("2026-11-24T12:00:00Z").value();
  EXPECT_EQ(format_age(now - std::chrono::seconds(45), now), "45s");
  EXPECT_EQ(format_age(now - std::chrono::minutes(12), now), "12m");
  EXPECT_EQ(format_age(now - std::chrono::hours(3), now), "3h");
  EXPECT_EQ(format_age(now - std::chrono::hours(24 * 8), now), "8d");
}

}  // namespace
}  // namespace storefleet::cli
