#include "cluster_ports/pod_views.hpp"

#include <gmock/gmock.h>

namespace storefleet::cluster_ports {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

json::array items(std::string_view text) {
  return parse_json(text).value().get_array();
}

/// A pod with an init container `prepare` and containers `helper`, `web`.
json::value pod(const std::string& name, const std::string& created, std::string_view states,
                const std::string& phase = "Running") {
  auto value = parse_json(R"({"spec":{"initContainers":[{"name":"prepare"}],
                              "containers":[{"name":"helper"},{"name":"web"}]}})")
                   .value();
  value.get_object()["metadata"] = {{"name", name},
                                    {"namespace", "store-a"},
                                    {"creationTimestamp", created},
                                    {"labels", {{"app.kubernetes.io/component", "web"}}}};
  value.get_object()["status"] = {{"phase", phase}, {"containerStatuses", parse_json(states).value()}};
  return value;
}

constexpr auto kRunning =
    R"([{"name":"helper","state":{"running":{}}},{"name":"web","state":{"running":{}}}])";

TEST(ChooseLogTest, TakesTheNewestRunningPodAndItsFirstContainer) {
  const json::array pods{pod("old", "2026-11-24T11:00:00Z", kRunning),
                         pod("new", "2026-11-24T12:00:00Z", kRunning),
                         pod("newest", "2026-11-24T13:00:00Z", "[]", "Pending")};
  const auto source = choose_log(pods, {}).value();
  EXPECT_EQ(source.pod, "new");
  EXPECT_EQ(source.container, "helper");
  EXPECT_EQ(source.store_namespace, "store-a");
}

TEST(ChooseLogTest, APodThatStaysIsBetter) {
  auto leaving = pod("leaving", "2026-11-24T13:00:00Z", kRunning);
  leaving.at("metadata").get_object()["deletionTimestamp"] = "2026-11-24T13:01:00Z";
  const json::array pods{leaving, pod("stays", "2026-11-24T12:00:00Z", kRunning)};
  EXPECT_EQ(choose_log(pods, {}).value().pod, "stays");
}

TEST(ChooseLogTest, TheDefaultContainerAndTheOneAskedFor) {
  auto one = pod("web-0", "2026-11-24T12:00:00Z", kRunning);
  one.at("metadata").get_object()["annotations"] = {{"kubectl.kubernetes.io/default-container", "web"}};
  EXPECT_EQ(choose_log({one}, {}).value().container, "web");
  EXPECT_EQ(choose_log({one}, {.container = "helper"}).value().container, "helper");
  const auto unknown = choose_log({one}, {.container = "shell"});
  EXPECT_EQ(unknown.error().reason, Reason::kUnknownContainer);
  EXPECT_THAT(unknown.error().message, HasSubstr("helper, web, prepare"));
}

TEST(ChooseLogTest, WithoutAPodOrARunThereIsNoLog) {
  EXPECT_EQ(choose_log({}, {}).error().reason, Reason::kNoPod);
  const auto waiting = pod("web-0", "2026-11-24T12:00:00Z",
                           R"([{"name":"helper","state":{"waiting":{"reason":"ImagePullBackOff"}}},
          {"name":"web","state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1}}}])",
                           "Pending");
  const auto none = choose_log({waiting}, {});
  EXPECT_EQ(none.error().code, ErrorCode::kConflict);
  EXPECT_EQ(none.error().reason, Reason::kContainerNotRunning);
  EXPECT_THAT(none.error().message, HasSubstr("ImagePullBackOff"));
  EXPECT_TRUE(choose_log({waiting}, {.container = "web"})) << "it has the log of the run that crashed";
  EXPECT_TRUE(choose_log({waiting}, {.container = "web", .previous = true}));
  EXPECT_EQ(choose_log({pod("a", "", kRunning)}, {.previous = true}).error().reason,
            Reason::kContainerNotRunning);
  EXPECT_EQ(choose_log({pod("a", "", "[]")}, {}).error().reason, Reason::kContainerNotRunning);
}

TEST(UsageTest, MeasurementsMeetTheirPods) {
  auto pods = pod_usages({pod("web-0", "", kRunning), pod("database-0", "", "[]", "Pending")});
  ASSERT_THAT(pods, SizeIs(2));
  EXPECT_EQ(pods[0].name, "database-0");
  const auto at = add_measurements(
      pods, items(R"([{"metadata":{"name":"web-0"},"timestamp":"2026-11-24T11:20:00Z","containers":[
                         {"usage":{"cpu":"1500000n","memory":"100Ki"}},{"usage":{"cpu":"2m","memory":"24Ki"}}]},
                      {"metadata":{"name":"gone"},"timestamp":"2026-11-24T12:00:00Z"}])"));
  EXPECT_EQ(at, parse_time("2026-11-24T11:20:00Z"));
  EXPECT_DOUBLE_EQ(pods[1].cpu_cores.value_or(-1), 0.0035);
  EXPECT_DOUBLE_EQ(pods[1].memory_bytes.value_or(-1), 124 * 1024);
  EXPECT_FALSE(pods[0].cpu_cores);
}

TEST(UsageTest, VolumesAndQuota) {
  const auto volumes =
      volume_usages(items(R"([{"metadata":{"name":"data"},"spec":{"resources":{"requests":{"storage":"1Gi"}}},
                 "status":{"phase":"Bound","capacity":{"storage":"2Gi"}}},
                {"metadata":{"name":"files"},"spec":{"resources":{"requests":{"storage":"1Gi"}}},
                 "status":{"phase":"Pending"}}])"));
  ASSERT_THAT(volumes, SizeIs(2));
  EXPECT_EQ(volumes[0].capacity_bytes, 2147483648.0);
  EXPECT_FALSE(volumes[1].capacity_bytes);
  const auto quota =
      quota_usages(parse_json(R"({"status":{"hard":{"limits.memory":"2Gi","limits.cpu":"4","pods":"6"},
                               "used":{"limits.memory":"512Mi","limits.cpu":"1500m"}}})")
                       .value());
  ASSERT_THAT(quota, SizeIs(3));
  EXPECT_EQ(quota[0].resource, "limits.cpu");
  EXPECT_DOUBLE_EQ(quota[0].used, 1.5);
  EXPECT_DOUBLE_EQ(quota[1].used / quota[1].hard, 0.25);
  EXPECT_DOUBLE_EQ(quota[2].used, 0);
  EXPECT_THAT(quota_usages(json::object{}), SizeIs(0));
}

}  // namespace
}  // namespace storefleet::cluster_ports
