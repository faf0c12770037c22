#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.hpp"
#include "cli/program.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DoctorTest : public CliTest {
 protected:
  DoctorTest() {
    server_.answer("GET /version", 200, fmt::format(R"({{"version":"{}"}})", client_version()));
    server_.answer("GET /api/v1/me", 200, R"({"name":"admin","role":"admin"})");
    server_.answer("GET /api/v1/engines", 200, R"({"items":[{"name":"woocommerce"}]})");
    server_.answer("GET /api/v1/platform", 200, isolation("Enforced", true));
    server_.answer("GET /api/v1/stores?pageSize=1", 200, R"({"items":[{"name":"demo","uid":"uid-1"}]})");
    variables_["PATH"] = folder_ + "/bin";
  }

  static std::string isolation(const std::string& state, bool required) {
    return fmt::format(R"({{"isolation":{{"state":"{}","required":{},"evidence":"port 7002 answers"}}}})",
                       state, required);
  }

  /// A kubectl whose cluster has the store under this UID.
  void install_kubectl(const std::string& uid) {
    fs::create_directories(folder_ + "/bin");
    const auto path = folder_ + "/bin/kubectl";
    std::ofstream(path) << "#!/bin/sh\n[ \"$1\" = config ] && echo home || printf %s '" << uid << "'\n";
    fs::permissions(path, fs::perms::owner_all);
  }

  std::string client_version() {
    EXPECT_EQ(run({"version", "-o", "json"}), 0);
    return string_or(parse_json(out_).value(), {"client"});
  }

  /// The state of one check.
  std::string state_of(const std::string& check) {
    run({"doctor", "-o", "json"});
    const auto found = parse_json(out_).value();
    for (const auto& item : array_at(found, {"items"}))
      if (string_or(item, {"name"}) == check) return string_or(item, {"state"});
    return "none";
  }
};

TEST_F(DoctorTest, AllIsWell) {
  install_kubectl("uid-1");
  EXPECT_EQ(run({"doctor"}), 0) << err_;
  for (const auto* check : {"configuration", "server", "clock", "token", "engines", "isolation", "kubectl"})
    EXPECT_EQ(state_of(check), "OK") << check;
  EXPECT_THAT(out_, HasSubstr("context home, the same cluster"));
}

TEST_F(DoctorTest, KubectlMayLookAtAnotherCluster) {
  EXPECT_EQ(state_of("kubectl"), "WARN") << "there is none";
  install_kubectl("uid-2");
  EXPECT_EQ(state_of("kubectl"), "WARN");
  EXPECT_THAT(out_, HasSubstr("another cluster"));
  EXPECT_EQ(run({"doctor"}), 0) << "a warning is no failure";
}

TEST_F(DoctorTest, StoresThatReachEachOther) {
  server_.replace("GET /api/v1/platform", 200, isolation("NotEnforced", true));
  EXPECT_EQ(state_of("isolation"), "FAIL");
  EXPECT_THAT(out_, HasSubstr("IsolationNotEnforced: port 7002 answers"));
  server_.replace("GET /api/v1/platform", 200, isolation("NotEnforced", false));
  EXPECT_EQ(state_of("isolation"), "WARN") << "on a laptop";
  server_.replace("GET /api/v1/platform", 200, isolation("Unknown", true));
  EXPECT_EQ(state_of("isolation"), "FAIL");
  server_.replace("GET /api/v1/platform", 200, "{}");
  EXPECT_EQ(state_of("isolation"), "WARN") << "a server of before";
  server_.replace("GET /api/v1/me", 200, R"({"name":"ann","role":"user"})");
  EXPECT_EQ(state_of("isolation"), "none") << "only admins are told";
}

TEST_F(DoctorTest, ATokenThatIsNotKnownFails) {
  server_.replace("GET /api/v1/me", 401, R"({"code":"Unauthenticated","detail":"This needs a token."})");
  EXPECT_EQ(run({"doctor"}), 1);
  EXPECT_THAT(out_, HasSubstr("FAIL"));
  EXPECT_THAT(err_, HasSubstr("next: storefleet login"));
  EXPECT_EQ(state_of("token"), "FAIL");
  EXPECT_EQ(state_of("engines"), "none") << "nobody can tell";
}

TEST_F(DoctorTest, ClocksThatDiffer) {
  const auto with_date = [&](const std::string& date) {
    server_.replace("GET /version", 200, R"({"version":"1"})", {{"Date", date}});
    return state_of("clock");
  };
  EXPECT_EQ(with_date("Tue, 24 Nov 1999 11:15:00 GMT"), "FAIL");
  EXPECT_THAT(out_, HasSubstr("ahead of"));
  EXPECT_EQ(with_date("Tue, 24 Nov 2099 11:15:00 GMT"), "FAIL");
  EXPECT_THAT(out_, HasSubstr("behind"));
  EXPECT_EQ(with_date("yesterday"), "WARN");
  EXPECT_EQ(state_of("server"), "WARN") << "another version";
}

TEST_F(DoctorTest, WithoutAServerSaysSo) {
  variables_["STOREFLEET_SERVER"] = "http://127.0.0.1:1";
  EXPECT_EQ(run({"doctor"}), 1);
  EXPECT_THAT(out_, HasSubstr("does not answer"));
  variables_.erase("STOREFLEET_SERVER");
  EXPECT_EQ(run({"doctor"}), 1);
  EXPECT_EQ(state_of("configuration"), "WARN");
  EXPECT_EQ(state_of("server"), "FAIL");
}

TEST_F(DoctorTest, TheConfigurationIsForItsOwnerOnly) {
  const auto path = folder_ + "/storefleet/config.json";
  fs::create_directories(folder_ + "/storefleet");
  std::ofstream(path) << R"({"contexts":[]})";
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_EQ(state_of("configuration"), "WARN");
  EXPECT_THAT(out_, HasSubstr("chmod 600 " + path));
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(state_of("configuration"), "OK");
  std::ofstream(path) << "{";
  EXPECT_EQ(state_of("configuration"), "FAIL");
}

TEST(ProgramTest, OutputCodeAndDeadline) {
  const auto shell = find_program("sh", "/none:/usr/bin:/bin");
  ASSERT_NE(shell, "");
  EXPECT_EQ(find_program("sh", "/none"), "");
  const auto done = run_program({shell, "-c", "echo hello; exit 3"}, std::chrono::seconds(10));
  EXPECT_EQ(done->out, "hello\n");
  EXPECT_EQ(done->code, 3);
  EXPECT_FALSE(run_program({shell, "-c", "exec sleep 60"}, std::chrono::milliseconds(50)));
  EXPECT_FALSE(run_program({"/none/program"}, std::chrono::seconds(1)));
}

}  // namespace
}  // namespace storefleet::cli
