#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.hpp"
#include "base/time.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kDemo = R"(apiVersion: storefleet.dev/v1alpha1
kind: Store
metadata:
  name: demo
spec:
  engine: woocommerce
  title: Demo
  values:
    currency: EUR
)";

class ApplyTest : public CliTest {
 protected:
  std::string file(const std::string& name, std::string_view text) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
};

TEST_F(ApplyTest, CreatesWhatIsNotThere) {
  server_.answer("POST /api/v1/stores", 202, store_json("demo", "Pending"));
  EXPECT_EQ(run({"apply", "-f", file("demo.yaml", kDemo)}), 0) << err_;
  EXPECT_EQ(out_, "store/demo created\n");
  EXPECT_EQ(parse_json(server_.requests().back().body).value(),
            parse_json(R"({"engine":"woocommerce","title":"Demo","values":{"currency":"EUR"},"name":"demo"})")
                .value());
}

TEST_F(ApplyTest, ChangesOnlyWhatDiffers) {
  server_.answer("GET /api/v1/stores/demo", 200,
                 R"({"name":"demo","engine":"woocommerce","plan":"small","title":"Old",
                     "hosts":[],"values":{"currency":"EUR","tax":19}})");
  server_.answer("PATCH /api/v1/stores/demo", 202, store_json("demo", "Updating"));
  EXPECT_EQ(run({"apply", "-f", file("demo.yaml", kDemo)}), 0) << err_;
  EXPECT_EQ(out_, "store/demo configured\n");
  EXPECT_EQ(server_.requests().back().body, R"({"title":"Demo","values":{"tax":null}})");
}

TEST_F(ApplyTest, LeavesAloneWhatIsAsItShouldBe) {
  server_.answer("GET /api/v1/stores/demo", 200,
                 R"({"name":"demo","engine":"woocommerce","plan":"medium","title":"Demo",
                     "hosts":["a.example.com"],"values":{"currency":"EUR"}})");
  input_ = kDemo;
  EXPECT_EQ(run({"apply", "-f", "-"}), 0) << err_;
  EXPECT_EQ(out_, "store/demo unchanged\n");
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(ApplyTest, SeveralDocumentsAndListsInOneGo) {
  server_.answer("POST /api/v1/stores?validateOnly=true", 200, store_json("x", "Pending"));
  const auto two = std::string(kDemo) + "---\n# nothing\n---\n" +
                   R"({"kind":"List","items":[{"apiVersion":"storefleet.dev/v1alpha1","kind":"Store",
                       "metadata":{"name":"shop","labels":{"a":"b"}},"spec":{"engine":"medusa"}}]})";
  EXPECT_EQ(run({"apply", "--dry-run", "-f", file("two.yaml", two)}), 0) << err_;
  EXPECT_EQ(out_, "store/demo created (dry run)\nstore/shop created (dry run)\n");
}

TEST_F(ApplyTest, NothingIsAppliedWhereAFileIsWrong) {
  const auto good = file("demo.yaml", kDemo);
  for (const auto* text : {"", "{", "kind: Service\napiVersion: v1\n",
                           "apiVersion: storefleet.dev/v1alpha1\nkind: Store\nmetadata: {}\n"}) {
    EXPECT_EQ(run({"apply", "-f", good, "-f", file("bad.yaml", text)}), 2) << text;
    EXPECT_THAT(err_, HasSubstr("bad.yaml"));
  }
  EXPECT_EQ(run({"apply", "-f", folder_ + "/none"}), 2);
  EXPECT_EQ(run({"apply"}), 2);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(ApplyTest, ARefusalNamesTheStore) {
  server_.answer("POST /api/v1/stores", 422, R"({"code":"UnknownEngine","detail":"no such engine"})");
  EXPECT_EQ(run({"apply", "-f", file("demo.yaml", kDemo)}), 2);
  EXPECT_THAT(err_, HasSubstr("store: demo"));
}

TEST_F(CliTest, SleepWaitsForItsOwnChange) {
  server_.answer("POST /api/v1/stores/demo:sleep", 202,
                 R"({"name":"demo","uid":"uid-1","phase":"Ready","asleep":true,"generation":2})");
  server_.answer(
      "GET /api/v1/stores/demo", 200,
      R"({"name":"demo","uid":"uid-1","phase":"Sleeping","asleep":true,"generation":2,"observedGeneration":1})");
  server_.answer(
      "GET /api/v1/stores/demo", 200,
      R"({"name":"demo","uid":"uid-1","phase":"Sleeping","asleep":true,"generation":2,"observedGeneration":2})");
  EXPECT_EQ(run({"sleep", "demo", "--wait", "-o", "name"}), 0) << err_;
  EXPECT_EQ(server_.requests().size(), 3U);
}

TEST_F(CliTest, UpgradeNamesTheVersion) {
  server_.answer("POST /api/v1/stores/demo:upgrade", 202, store_json("demo", "Ready"));
  EXPECT_EQ(run({"upgrade", "demo", "--engine-version", "11.1"}), 0) << err_;
  EXPECT_EQ(server_.requests().front().body, R"({"engineVersion":"11.1"})");
  EXPECT_THAT(err_, HasSubstr("storefleet wait demo --for ready"));
}

TEST_F(CliTest, ANewPasswordIsPrintedOnceTheStoreHasIt) {
  const auto store = [](const std::string& finished) {
    return R"({"name":"demo","phase":"Ready","asleep":false,"steps":[{"name":"site","finishedAt":")" +
           finished + R"("}]})";
  };
  const std::string before = "2026-11-24T11:15:00.000Z";
  server_.answer("POST /api/v1/stores/demo:resetAdminPassword", 202, store(before));
  server_.answer("GET /api/v1/stores/demo", 200, store(before));
  server_.answer("GET /api/v1/stores/demo", 200,
                 R"({"name":"demo","steps":[{"name":"site","state":"Running"}]})");
  server_.answer("GET /api/v1/stores/demo", 200, store("2026-11-24T11:16:00.000Z"));
  server_.answer("GET /api/v1/stores/demo/credentials", 200, R"({"username":"admin","password":"new"})");
  EXPECT_EQ(run({"reset-password", "demo", "--wait"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("new"));
  EXPECT_EQ(server_.requests().size(), 5U) << "one reading of the password";
}

TEST_F(CliTest, AStoreThatSleepsIsAwaitedAsleep) {
  const auto store = [](int observed) {
    return fmt::format(
        R"({{"name":"demo","uid":"u","phase":"Sleeping","asleep":true,"generation":3,"observedGeneration":{}}})",
        observed);
  };
  server_.answer("POST /api/v1/stores/demo:upgrade", 202, store(2));
  server_.answer("GET /api/v1/stores/demo", 200, store(3));
  EXPECT_EQ(run({"upgrade", "demo", "--wait", "-o", "name"}), 0) << err_;
  server_.answer("POST /api/v1/stores/demo:resetAdminPassword", 202, store(3));
  EXPECT_EQ(run({"reset-password", "demo", "--wait"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("when it wakes"));
}

TEST_F(CliTest, AnExpiryIsATimeADurationOrNever) {
  server_.answer("PATCH /api/v1/stores/demo", 202, store_json("demo", "Ready"));
  EXPECT_EQ(run({"update", "demo", "--expires", "never"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"expiresAt":null})");
  EXPECT_EQ(run({"update", "demo", "--expires", "30d"}), 0) << err_;
  const auto body = *parse_json(server_.requests().back().body);
  const auto left = *parse_time(string_or(body, {"expiresAt"})) - std::chrono::system_clock::now();
  EXPECT_NEAR(std::chrono::duration<double>(left).count(), 30 * 86'400, 60);
  for (const auto* wrong : {"soon", "7", "2026", "500ms", "10m", "-1d"})
    EXPECT_EQ(run({"update", "demo", "--expires", wrong}), 2) << wrong;
}

TEST_F(CliTest, RetryOutlivesTheFailureFromBefore) {
  server_.answer("POST /api/v1/stores/demo:retry", 202, store_json("demo", "Failed"));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Failed"));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  EXPECT_EQ(run({"retry", "demo", "--wait", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "demo\n");
  EXPECT_EQ(run({"retry", "none"}), 4);
}

TEST_F(CliTest, WatchPrintsAStoreWheneverItChanges) {
  server_.answer(
      "GET /api/v1/stores?pageSize=500", 200,
      R"({"items":[{"name":"demo","uid":"u1","phase":"Pending"},{"name":"shop","uid":"u2","phase":"Ready"}]})");
  const std::string stream =
      "event: resync\ndata: {\"sequence\":1,\"complete\":true}\n\n"
      "event: store\ndata: {\"name\":\"demo\",\"uid\":\"u1\",\"phase\":\"Pending\"}\n\n"
      "event: store\ndata: {\"name\":\"demo\",\"uid\":\"u1\",\"phase\":\"Ready\"}\n\n"
      "event: store-deleted\ndata: {\"name\":\"shop\",\"uid\":\"u2\"}\n\n";
  server_.answer("GET /api/v1/stream", 200, stream);
  server_.answer("GET /api/v1/stream", 403, R"({"code":"Forbidden","detail":"no more"})");
  EXPECT_EQ(run({"list", "--watch"}), 8);
  EXPECT_EQ(out_,
            "NAME  ENGINE  PHASE    URL  AGE  READY-IN\n"
            "demo  -       Pending  -    -    -\n"
            "shop  -       Ready    -    -    -\n"
            "demo  -       Ready    -    -    -\n"
            "shop  -       Deleted  -    -    -\n");
}

TEST_F(CliTest, WatchOfOneStoreNeedsThatStore) {
  server_.answer("GET /api/v1/stores?pageSize=500", 200, R"({"items":[{"name":"demo","uid":"u1"}]})");
  for (int i = 0; i < 2; ++i) server_.answer("GET /api/v1/stream", 200, "event: resync\ndata: {}\n\n");
  server_.answer("GET /api/v1/stream", 403, R"({"code":"Forbidden","detail":"no more"})");
  EXPECT_EQ(run({"get", "none", "--watch"}), 4);
  EXPECT_EQ(run({"get", "demo", "-w", "-o", "json"}), 8);
  EXPECT_EQ(out_, "{\"name\":\"demo\",\"uid\":\"u1\"}\n");
}

}  // namespace
}  // namespace storefleet::cli
