#include <gmock/gmock.h>

#include "base/json.hpp"
#include "cli/testing/cli_fixture.hpp"

namespace storefleet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CliTest, EventsAreFilteredByTheServer) {
  server_.answer(
      "GET "
      "/api/v1/stores/demo/"
      "events?limit=1000&after=0&type=Warning&source=kubernetes&reason=BackOff&q=pull%20it",
      200,
      R"({"items":[{"sequence":4,"at":"2026-11-24T11:15:00.000Z","type":"Warning","reason":"BackOff",
                     "subject":"Pod/web-0","message":"cannot pull it"}],"lastSequence":4})");
  server_.answer(
      "GET "
      "/api/v1/stores/demo/"
      "events?limit=1000&after=4&type=Warning&source=kubernetes&reason=BackOff&q=pull%20it",
      200, R"({"items":[],"lastSequence":4})");
  EXPECT_EQ(run({"events", "demo", "--type", "Warning", "--source", "kubernetes", "--reason", "BackOff",
                 "--query", "pull it"}),
            0)
      << err_;
  EXPECT_THAT(out_, HasSubstr("BackOff"));
  EXPECT_THAT(out_, HasSubstr("Pod/web-0  cannot pull it\n"));
  EXPECT_EQ(run({"events", "demo", "--type", "bad"}), 2);
}

TEST_F(CliTest, LogsArePrintedAsTheyAre) {
  server_.answer("GET /api/v1/stores/demo/logs?tail=200", 200, "one\n\ttwo\nthree");
  EXPECT_EQ(run({"logs", "demo"}), 0) << err_;
  EXPECT_EQ(out_, "one\n\ttwo\nthree\n");
  server_.answer(
      "GET /api/v1/stores/demo/logs?component=database&container=init&tail=5&since=10m&previous=true", 200,
      "old\n");
  EXPECT_EQ(run({"logs", "demo", "--component", "database", "--container", "init", "--tail", "5", "--since",
                 "10m", "--previous"}),
            0)
      << err_;
  EXPECT_EQ(out_, "old\n");
  EXPECT_EQ(run({"logs", "demo", "--tail", "-1"}), 2);
}

TEST_F(CliTest, AFollowedLogEndsWithItsContainer) {
  server_.answer("GET /api/v1/stores/demo/logs?tail=200&follow=true", 200, "one\ntwo\n");
  EXPECT_EQ(run({"logs", "demo", "-f"}), 0) << err_;
  EXPECT_EQ(out_, "one\ntwo\n");
  EXPECT_THAT(err_, HasSubstr("The log ended."));
}

TEST_F(CliTest, WithoutALogTheEventsHelp) {
  for (const auto* target : {"/logs?tail=200", "/logs?tail=200&follow=true"})
    server_.answer(std::string("GET /api/v1/stores/demo") + target, 409,
                   R"({"code":"NoPod","detail":"The store has no pod yet.","remedy":"wait"})");
  EXPECT_EQ(run({"logs", "demo"}), 5);
  EXPECT_THAT(err_, HasSubstr("next: storefleet events demo"));
  EXPECT_EQ(run({"logs", "demo", "--follow"}), 5);
  EXPECT_THAT(err_, HasSubstr("error: The store has no pod yet."));
  EXPECT_EQ(out_, "");
}

TEST_F(CliTest, TopShowsUsageAgainstTheQuota) {
  server_.answer("GET /api/v1/stores/demo/metrics", 200,
                 R"({"measuredAt":"2026-11-24T11:20:00.000Z",
                     "pods":[{"name":"web-0","component":"web","phase":"Running","cpuCores":0.25,"memoryBytes":67108864},
                             {"name":"database-0","component":"database","phase":"Pending"}],
                     "volumes":[{"name":"data","phase":"Bound","requestedBytes":1073741824,"capacityBytes":1610612736}],
                     "quota":[{"resource":"limits.cpu","hard":4,"used":2},{"resource":"pods","hard":6,"used":2},
                              {"resource":"limits.memory","hard":2147483648,"used":536870912}]})");
  EXPECT_EQ(run({"top", "demo"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("web-0       web        Running  250m  64Mi\n"));
  EXPECT_THAT(out_, HasSubstr("database-0  database   Pending  -     -\n"));
  EXPECT_THAT(out_, HasSubstr("data    Bound  1Gi        1.5Gi\n"));
  EXPECT_THAT(out_, HasSubstr("live cpu       250m   4    6 %\n"));
  EXPECT_THAT(out_, HasSubstr("live memory    64Mi   2Gi  3 %\n"));
  EXPECT_THAT(out_, HasSubstr("limits.memory  512Mi  2Gi  25 %\n"));
  EXPECT_THAT(out_, HasSubstr("pods           2      6    33 %\n"));
  EXPECT_EQ(run({"top", "demo", "-o", "json"}), 0);
  EXPECT_EQ(array_at(parse_json(out_).value(), {"pods"}).size(), 2U);
  EXPECT_EQ(run({"top", "demo", "-o", "name"}), 0);
  EXPECT_EQ(out_, "web-0\ndatabase-0\n");
}

TEST_F(CliTest, TopSaysWhyNothingIsMeasured) {
  server_.answer("GET /api/v1/stores/demo/metrics", 200,
                 R"({"unavailable":"no metrics-server","pods":[],"volumes":[],"quota":[]})");
  EXPECT_EQ(run({"top", "demo"}), 0);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "no metrics-server\n");
}

}  // namespace
}  // namespace storefleet::cli
