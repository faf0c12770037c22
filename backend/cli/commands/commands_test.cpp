#include <tuple>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.hpp"
#include "base/time.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CliTest, CreateAndWaitPrintsTheAddressAlone) {
  server_.answer("POST /api/v1/stores", 202, store_json("demo", "Pending"));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Provisioning"));
  server_.answer("GET /api/v1/stores/demo", 503, R"({"code":"ClusterUnreachable","detail":"away"})");
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  EXPECT_EQ(run({"create",
                 "demo",
                 "--engine",
                 "woocommerce",
                 "--title",
                 "Demo",
                 "--note",
                 "fair",
                 "--host",
                 "a.example.com",
                 "--host",
                 "b.example.com",
                 "--set",
                 "currency=EUR",
                 "--set",
                 "tax.rate=19",
                 "--no-sample-data",
                 "--wait",
                 "--idempotency-key",
                 "k1"}),
            0)
      << err_;
  EXPECT_EQ(out_, "http://demo.localhost/\n");
  const auto request = server_.requests().front();
  EXPECT_EQ(request.headers.get("Authorization"), "Bearer sesame");
  EXPECT_EQ(request.headers.get("Idempotency-Key"), "k1");
  EXPECT_EQ(
      parse_json(request.body).value(),
      parse_json(R"({"name":"demo","engine":"woocommerce","title":"Demo","note":"fair","sampleData":false,
                           "hosts":["a.example.com","b.example.com"],
                           "values":{"currency":"EUR","tax":{"rate":19}}})")
          .value());
}

TEST_F(CliTest, CreateWithoutWaitSaysWhatToTypeNext) {
  server_.answer("GET /api/v1/engines", 200, R"({"items":[{"name":"woocommerce"}]})");
  server_.answer("POST /api/v1/stores", 202, store_json("demo", "Pending"));
  EXPECT_EQ(run({"create", "demo", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "demo\n");
  EXPECT_THAT(err_, HasSubstr("storefleet wait demo --for ready"));
}

TEST_F(CliTest, WithSeveralEnginesTheUserChooses) {
  server_.answer("GET /api/v1/engines", 200, R"({"items":[{"name":"medusa"},{"name":"woocommerce"}]})");
  EXPECT_EQ(run({"create", "demo"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet create demo --engine medusa"));
}

TEST_F(CliTest, UpdateWaitsForItsOwnGeneration) {
  const auto store = [](const std::string& phase, int observed) {
    return fmt::format(
        R"({{"name":"demo","uid":"uid-1","phase":"{}","generation":2,"observedGeneration":{}}})", phase,
        observed);
  };
  server_.answer("PATCH /api/v1/stores/demo", 202, store("Ready", 1));
  server_.answer("GET /api/v1/stores/demo", 200, store("Ready", 1));
  server_.answer("GET /api/v1/stores/demo", 200, store("Updating", 2));
  server_.answer("GET /api/v1/stores/demo", 200, store("Ready", 2));
  EXPECT_EQ(run({"update", "demo", "--plan", "medium", "--set", "workers=", "--wait", "-o", "name"}), 0)
      << err_;
  EXPECT_EQ(server_.requests().front().body, R"({"plan":"medium","values":{"workers":null}})");
  EXPECT_EQ(server_.requests().size(), 4U);
  EXPECT_EQ(run({"update", "demo"}), 2) << "nothing to change";
}

TEST_F(CliTest, ANoteIsChangedAndTakenAway) {
  server_.answer("PATCH /api/v1/stores/demo", 202, store_json("demo", "Ready"));
  EXPECT_EQ(run({"update", "demo", "--note", "spring"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"note":"spring"})");
  EXPECT_EQ(run({"update", "demo", "--note", ""}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"note":""})");
}

TEST_F(CliTest, CheckShowsStepsAndFailsWithThem) {
  server_.answer("POST /api/v1/stores/demo:check", 200,
                 R"({"passed":false,"leaves":["order 7"],"steps":[
                     {"name":"cart","outcome":"Passed","seconds":0.25},
                     {"name":"order","outcome":"Failed","seconds":1,"message":"no payment"}]})");
  EXPECT_EQ(run({"check", "demo"}), 1);
  EXPECT_THAT(out_, HasSubstr("cart   Passed   0.250 s  -"));
  EXPECT_THAT(out_, HasSubstr("order  Failed   1.000 s  no payment"));
  EXPECT_THAT(err_, HasSubstr("left behind: order 7"));
  EXPECT_THAT(err_, HasSubstr("cannot sell"));
}

TEST_F(CliTest, OpenAsAdminAsksForALoginLink) {
  server_.answer("POST /api/v1/stores/demo:login", 200, R"({"url":"http://demo.localhost/in?token=t"})");
  EXPECT_EQ(run({"open", "demo", "--admin"}), 0) << err_;
  EXPECT_EQ(out_, "http://demo.localhost/in?token=t\n");
}

TEST_F(CliTest, HostsPrintsALineForEachStore) {
  server_.answer("GET /api/v1/stores?pageSize=500", 200,
                 R"({"items":[{"name":"a","url":"http://a.local:8080/","hosts":["shop.example.com"]},
                              {"name":"b","hosts":[]}]})");
  EXPECT_EQ(run({"hosts"}), 0) << err_;
  EXPECT_EQ(out_, "127.0.0.1\ta.local shop.example.com\n");
  EXPECT_EQ(run({"hosts", "--address", "10.0.0.7"}), 0) << err_;
  EXPECT_EQ(out_, "10.0.0.7\ta.local shop.example.com\n");
}

TEST_F(CliTest, AProblemIsShownWhole) {
  server_.answer("POST /api/v1/stores", 422,
                 R"({"code":"InvalidName","detail":"bad name","remedy":"use letters","requestId":"r1",
                     "errors":[{"pointer":"/name","detail":"bad name"},{"pointer":"/title","detail":"too long"}]})");
  EXPECT_EQ(run({"create", "Demo!", "--engine", "woocommerce"}), 2);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_,
            "error: bad name\n  title: too long\n  remedy: use letters\n  request id: r1\n"
            "next: storefleet create --help\n");
}

TEST_F(CliTest, NobodyAtATerminalIsToldOfHeadersAndMethods) {
  const std::tuple<unsigned, std::string, std::string, std::string> cases[] = {
      {401, "Unauthenticated", R"(Send the header \"Authorization: Bearer <token>\".)", "storefleet login"},
      {409, "NothingToRollBackTo", "Change what you need with PATCH.", "storefleet update --help"},
      {400, "InvalidParameter", "Correct the query string; known here: phase.", "storefleet rollback --help"},
      {422, "UnknownTeam", "Choose one of your teams: GET /api/v1/teams.", "storefleet team list"},
      {403, "Forbidden", "Ask an admin of this platform for the right to do this.", "storefleet whoami"}};
  for (const auto& [status, code, remedy, next] : cases) {
    server_.replace("POST /api/v1/stores/demo:rollback", status,
                    fmt::format(R"({{"code":"{}","detail":"why","remedy":"{}"}})", code, remedy));
    EXPECT_NE(run({"rollback", "demo"}), 0);
    EXPECT_THAT(err_, HasSubstr("error: why\n"));
    EXPECT_THAT(err_, HasSubstr("next: " + next));
    for (const auto* word : {"header", "PATCH", "query string", "GET "})
      EXPECT_THAT(err_, Not(HasSubstr(word)));
  }
  EXPECT_THAT(err_, HasSubstr("remedy: Ask an admin")) << "what is said for people stays";
}

TEST_F(CliTest, HostsCanBeTakenAway) {
  server_.answer("PATCH /api/v1/stores/demo", 202, store_json("demo", "Ready"));
  EXPECT_EQ(run({"update", "demo", "--host", ""}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"hosts":[]})");
  EXPECT_EQ(run({"update", "demo", "--host", "a.example.com", "--host", "b.example.com"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"hosts":["a.example.com","b.example.com"]})");
  EXPECT_EQ(run({"update", "demo", "--host", "", "--host", "b.example.com"}), 2);
}

TEST_F(CliTest, DeleteProtectionIsASwitch) {
  server_.answer("PATCH /api/v1/stores/demo", 202, store_json("demo", "Ready"));
  EXPECT_EQ(run({"update", "demo", "--protect"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"deletionPolicy":"Retain"})");
  EXPECT_EQ(run({"update", "demo", "--no-protect"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body, R"({"deletionPolicy":"Delete"})");
  server_.answer("DELETE /api/v1/stores/demo", 409, R"({"code":"DeletionProtected","detail":"protected"})");
  EXPECT_EQ(run({"delete", "demo", "--yes"}), 5);
  EXPECT_THAT(err_, HasSubstr("next: storefleet update demo --no-protect\n"));
  EXPECT_THAT(err_, Not(HasSubstr("is gone")));
}

TEST_F(CliTest, SeveralStoresAtOnce) {
  for (const auto* name : {"one", "two"}) {
    server_.answer(fmt::format("GET /api/v1/stores/{}", name), 200, store_json(name, "Ready"));
    server_.answer(fmt::format("DELETE /api/v1/stores/{}", name), 202, store_json(name, "Deleting"));
    server_.answer(fmt::format("POST /api/v1/stores/{}:sleep", name), 202, store_json(name, "Ready"));
  }
  EXPECT_EQ(run({"get", "one", "two", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "one\ntwo\n");
  EXPECT_EQ(run({"get", "one", "none", "two", "-o", "name"}), 4) << "one is missing, the others are shown";
  EXPECT_EQ(out_, "one\ntwo\n");
  EXPECT_EQ(run({"get", "one", "-o", "json"}), 0);
  EXPECT_EQ(string_or(parse_json(out_).value(), {"name"}), "one") << "one store is no list";
  EXPECT_EQ(run({"sleep", "one", "two", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "one\ntwo\n");
  EXPECT_EQ(run({"delete", "one", "two"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet delete one two --yes"));
  EXPECT_EQ(run({"rm", "one", "none", "two", "--yes", "--no-wait"}), 4);
  EXPECT_THAT(err_, HasSubstr("Store one is being deleted."));
  EXPECT_THAT(err_, HasSubstr("Store two is being deleted."));
  EXPECT_EQ(run({"wake", "none", "nobody"}), 4);
  EXPECT_THAT(err_, HasSubstr("error: not in the script\nnext: storefleet list\nerror: ")) << "each is told";
  EXPECT_EQ(run({"rollback", "one", "two"}), 2) << "which of them is to change is never a guess";
}

TEST_F(CliTest, EnginesShowWhatTheyCanBeGiven) {
  server_.answer("GET /api/v1/engines", 200,
                 R"({"items":[{"name":"woocommerce","parameters":{"type":"object","properties":{
                      "phpWorkers":{"type":"integer","minimum":1,"maximum":32,"description":"At once"},
                      "outboundHttp":{"type":"boolean","title":"Outbound"}}}}]})");
  EXPECT_EQ(run({"engines", "woocommerce"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("phpWorkers    1 to 32        At once"));
  EXPECT_THAT(out_, HasSubstr("outboundHttp  true or false  Outbound"));
  EXPECT_EQ(run({"engines", "medusa"}), 4);
  EXPECT_THAT(err_, HasSubstr("next: storefleet engines\n"));
  server_.answer("POST /api/v1/stores", 422,
                 R"({"code":"InvalidValues","detail":"Engine woocommerce has no parameter 'nonsense'."})");
  EXPECT_EQ(run({"create", "demo", "--engine", "woocommerce", "--set", "nonsense=1"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet engines woocommerce\n"));
}

TEST_F(CliTest, WhoamiNamesTeamsAndServer) {
  server_.answer("GET /api/v1/me", 200,
                 R"({"name":"ann","role":"user","scope":"full","csrfToken":"proof",
                     "teams":[{"team":"blue","role":"owner"},{"team":"red","role":"viewer"}]})");
  EXPECT_EQ(run({"whoami"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("ann   user  full   blue (owner), red (viewer)  http://127.0.0.1:"));
  EXPECT_EQ(run({"whoami", "-o", "json"}), 0);
  EXPECT_THAT(out_, Not(HasSubstr("proof")));
}

TEST_F(CliTest, AStoreThatDeletesItselfSoonIsToldAndExtended) {
  const auto now = std::chrono::system_clock::now();
  const auto expiring = [&](std::chrono::hours left) {
    return fmt::format(R"({{"name":"demo","uid":"uid-1","phase":"Ready","expiresAt":"{}"}})",
                       format_time(now + left));
  };
  server_.answer("GET /api/v1/stores?pageSize=500", 200,
                 R"({"items":[)" + expiring(std::chrono::hours(71)) + "]}");
  EXPECT_EQ(run({"ls"}), 0);
  EXPECT_THAT(err_, HasSubstr("demo deletes itself in 2d. next: storefleet extend demo"));
  EXPECT_EQ(run({"ls", "-o", "name"}), 0);
  EXPECT_EQ(err_, "") << "programs get the list alone";
  server_.answer("GET /api/v1/stores/demo", 200, expiring(std::chrono::hours(48)));
  server_.answer("PATCH /api/v1/stores/demo", 202, expiring(std::chrono::hours(72)));
  EXPECT_EQ(run({"extend", "demo", "--by", "24h"}), 0) << err_;
  EXPECT_EQ(server_.requests().back().body,
            fmt::format(R"({{"expiresAt":"{}"}})",
                        format_time(parse_time(format_time(now)).value() + std::chrono::hours(72))));
  EXPECT_EQ(run({"extend", "demo", "--by", "7"}), 2);
  server_.replace("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  EXPECT_EQ(run({"extend", "demo"}), 5);
}

TEST_F(CliTest, EveryStatusHasItsExitCode) {
  const std::pair<unsigned, int> cases[] = {{400, 2}, {401, 3}, {403, 8}, {404, 4}, {409, 5},
                                            {422, 2}, {429, 6}, {500, 1}, {503, 6}};
  for (const auto& [status, code] : cases) {
    const auto name = "s" + std::to_string(status);
    server_.answer("GET /api/v1/stores/" + name, status, R"({"code":"X","detail":"why"})");
    EXPECT_EQ(run({"get", name}), code) << status;
    EXPECT_THAT(err_, HasSubstr("error: why\nnext: storefleet "));
  }
}

TEST_F(CliTest, AStoreThatFailsEndsTheWaitWithItsRemedy) {
  server_.answer("POST /api/v1/stores", 202, store_json("demo", "Pending"));
  server_.answer("GET /api/v1/stores/demo", 200,
                 R"({"name":"demo","uid":"uid-1","phase":"Failed",
                     "failure":{"code":"ImagePullFailed","message":"no image","remedy":"load it"}})");
  EXPECT_EQ(run({"create", "demo", "--engine", "woocommerce", "--wait"}), 1);
  EXPECT_THAT(err_, HasSubstr("no image"));
  EXPECT_THAT(err_, HasSubstr("remedy: load it"));
  EXPECT_THAT(err_, HasSubstr("next: storefleet events demo"));
}

TEST_F(CliTest, ATimeoutSaysThatTheWorkGoesOn) {
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Provisioning"));
  EXPECT_EQ(run({"wait", "demo", "--for", "ready", "--timeout", "300ms"}), 7);
  EXPECT_THAT(err_, HasSubstr("Provisioning"));
  EXPECT_THAT(err_, HasSubstr("next: storefleet wait demo --for ready"));
}

TEST_F(CliTest, WhatNobodyHasAskedForIsNotAwaited) {
  server_.answer("GET /api/v1/stores/demo", 200,
                 R"({"name":"demo","uid":"uid-1","phase":"Sleeping","asleep":true})");
  EXPECT_EQ(run({"wait", "demo", "--for", "ready"}), 5);
  EXPECT_THAT(err_, HasSubstr("next: storefleet wake demo --wait"));
  EXPECT_EQ(run({"wait", "demo", "--for", "sleeping"}), 0) << err_;
  server_.answer("GET /api/v1/stores/other", 200, store_json("other", "Ready"));
  EXPECT_EQ(run({"wait", "other", "--for", "sleeping"}), 5);
  EXPECT_THAT(err_, HasSubstr("next: storefleet sleep other --wait"));
}

TEST_F(CliTest, WaitingForANameThatNobodyHasIsNotFound) {
  EXPECT_EQ(run({"wait", "demo"}), 4);
}

TEST_F(CliTest, DeleteNeedsConsent) {
  server_.answer("DELETE /api/v1/stores/demo", 202, store_json("demo", "Deleting"));
  EXPECT_EQ(run({"delete", "demo"}), 2);
  EXPECT_THAT(err_, HasSubstr("next: storefleet delete demo --yes"));
  terminal_ = true;
  input_ = "dem\n";
  EXPECT_EQ(run({"delete", "demo"}), 2);
  EXPECT_TRUE(server_.requests().empty());
  input_ = "demo\n";
  EXPECT_EQ(run({"delete", "demo", "--wait=false"}), 0) << err_;
}

TEST_F(CliTest, DeleteWaitsUntilThatStoreIsGone) {
  server_.answer("DELETE /api/v1/stores/demo", 202, store_json("demo", "Deleting"));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Deleting"));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Pending", "uid-of-a-new-one"));
  EXPECT_EQ(run({"delete", "demo", "--yes"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("Store demo is gone."));
  EXPECT_EQ(server_.requests().size(), 3U);
}

TEST_F(CliTest, ListFollowsPagesAndFormats) {
  server_.answer("GET /api/v1/stores?pageSize=500", 200,
                 R"({"items":[)" + store_json("a", "Ready") + R"(],"total":2,"nextPageToken":"t"})");
  server_.answer("GET /api/v1/stores?pageSize=500&pageToken=t", 200,
                 R"({"items":[)" + store_json("bb", "Failed") + R"(],"total":2})");
  EXPECT_EQ(run({"list", "-o", "name"}), 0) << err_;
  EXPECT_EQ(out_, "a\nbb\n");
  EXPECT_EQ(run({"list"}), 0);
  EXPECT_THAT(out_, HasSubstr("NAME  ENGINE       PHASE   URL"));
  EXPECT_THAT(out_, HasSubstr("bb    woocommerce  Failed  http://bb.localhost/"));
  EXPECT_THAT(out_, Not(HasSubstr("TEAM")));
  EXPECT_EQ(run({"list", "-o", "wide"}), 0);
  EXPECT_THAT(out_, HasSubstr("TEAM"));
  EXPECT_EQ(run({"-o", "json", "list"}), 0);
  EXPECT_EQ(array_at(parse_json(out_).value(), {"items"}).size(), 2U);
  EXPECT_EQ(run({"list", "-o", "yaml"}), 0);
  EXPECT_EQ(string_or(array_at(parse_yaml(out_).value(), {"items"})[1], {"createdAt"}),
            "2026-11-24T11:15:00.000Z");
}

TEST_F(CliTest, TextFromOutsideCannotDriveTheTerminal) {
  server_.answer("GET /api/v1/stores/demo", 200, R"({"name":"demo","phase":"\u001b[2J\u0007"})");
  EXPECT_EQ(run({"get", "demo"}), 0);
  EXPECT_THAT(out_, Not(HasSubstr("\033")));
}

TEST_F(CliTest, StepsTickOnATerminalOnly) {
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Provisioning"));
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  terminal_ = true;
  variables_["NO_COLOR"] = "1";
  EXPECT_EQ(run({"wait", "demo"}), 0);
  EXPECT_THAT(err_, HasSubstr("done    hosts  0.4s\n"));
  EXPECT_THAT(err_, Not(HasSubstr("\033[32m")));
  terminal_ = false;
  EXPECT_EQ(run({"wait", "demo"}), 0);
  EXPECT_EQ(err_, "Store demo is ready.\n");
}

TEST_F(CliTest, EventsFollowUntilTheStoreIsGone) {
  server_.answer(
      "GET /api/v1/stores/demo/events?limit=1000&after=0", 200,
      R"({"items":[{"sequence":1,"at":"2026-11-24T11:15:00.000Z","type":"Normal","reason":"StepFinished",
                     "subject":"hosts","message":"done"}],"lastSequence":1})");
  server_.answer("GET /api/v1/stores/demo/events?limit=1000&after=1", 200,
                 R"({"items":[],"lastSequence":1})");
  EXPECT_EQ(run({"events", "demo", "--follow"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("StepFinished"));
  EXPECT_EQ(run({"events", "demo", "-o", "json"}), 0);
  EXPECT_EQ(int_or(parse_json(out_).value(), {"sequence"}, 0), 1);
}

TEST_F(CliTest, CredentialsAndOpen) {
  server_.answer("GET /api/v1/stores/demo/credentials", 200, R"({"username":"admin","password":"pw"})");
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  EXPECT_EQ(run({"credentials", "demo"}), 0);
  EXPECT_THAT(out_, HasSubstr("admin     pw"));
  EXPECT_EQ(run({"open", "demo"}), 0);
  EXPECT_EQ(out_, "http://demo.localhost/\n");
  server_.answer("GET /api/v1/stores/new/credentials", 409,
                 R"({"code":"CredentialsNotReady","detail":"not yet"})");
  EXPECT_EQ(run({"credentials", "new"}), 5);
  EXPECT_THAT(err_, HasSubstr("next: storefleet wait new --for ready"));
}

TEST_F(CliTest, EnginesAndVersion) {
  server_.answer("GET /api/v1/engines", 200,
                 R"({"items":[{"name":"woocommerce","displayName":"WooCommerce","versions":["11.0.1"],
                     "plans":["small","large"]}]})");
  EXPECT_EQ(run({"engines"}), 0);
  EXPECT_THAT(out_, HasSubstr("woocommerce  WooCommerce  11.0.1    small,large"));
  server_.answer("GET /version", 200, R"({"version":"1.2.3","apiVersion":"v1"})");
  EXPECT_EQ(run({"version"}), 0);
  EXPECT_THAT(out_, HasSubstr("server 1.2.3\n"));
}

TEST_F(CliTest, NamesUnderLocalhostGoToLoopback) {
  variables_["STOREFLEET_SERVER"] = "http://storefleet.localhost:" + std::to_string(server_.port());
  server_.answer("GET /api/v1/stores/demo", 200, store_json("demo", "Ready"));
  EXPECT_EQ(run({"get", "demo"}), 0) << err_;
  EXPECT_EQ(server_.requests().front().headers.get("Host"),
            "storefleet.localhost:" + std::to_string(server_.port()));
}

TEST_F(CliTest, AServerThatIsNotThereIsUnreachable) {
  variables_["STOREFLEET_SERVER"] = "http://127.0.0.1:1";
  EXPECT_EQ(run({"list"}), 6);
  EXPECT_THAT(err_, HasSubstr("next: storefleet config get server"));
  EXPECT_EQ(run({"version"}), 0) << "the client's version needs no server";
}

}  // namespace
}  // namespace storefleet::cli
