#include "operator/actions/site_endpoint.hpp"

#include <gtest/gtest.h>

namespace storefleet::store_operator {
namespace {

json::value pod_of(const std::string& uid, const std::string& phase, const std::string& address,
                   const std::string& more = "") {
  return parse_json(R"({"metadata":{"name":"web-1","uid":")" + uid + "\"" + more +
                    R"(},"status":{"phase":")" + phase + R"(","podIP":")" + address + R"("}})")
      .value();
}

TEST(SiteAddress, IsThatOfThePodThatRunsNow) {
  EXPECT_EQ(site_address(pod_of("uid-1", "Running", "10.0.0.7"), "uid-1").value(), "10.0.0.7");
}

TEST(SiteAddress, IsNoneWhereThePodIsAnotherByNow) {
  const auto going = R"(,"deletionTimestamp":"2026-11-24T11:15:00Z")";
  for (const auto& pod : {pod_of("uid-2", "Running", "10.0.0.7"), pod_of("uid-1", "Succeeded", "10.0.0.7"),
                          pod_of("uid-1", "Failed", "10.0.0.7"), pod_of("uid-1", "Running", ""),
                          pod_of("uid-1", "Running", "10.0.0.7", going)}) {
    const auto address = site_address(pod, "uid-1");
    ASSERT_FALSE(address) << json::serialize(pod);
    EXPECT_EQ(address.error().code, ErrorCode::kUnavailable);
  }
}

TEST(SiteAddress, IsNoneOnTheNodesOwnNetwork) {
  auto pod = pod_of("uid-1", "Running", "10.0.0.7");
  pod.as_object()["spec"] = json::object{{"hostNetwork", true}};
  EXPECT_EQ(site_address(pod, "uid-1").error().code, ErrorCode::kForbidden);
}

TEST(SiteAnswer, IsShownAsCleanText) {
  EXPECT_TRUE(judge_site_answer(200, "\xff"));
  const auto refused = judge_site_answer(500, std::string(159, 'a') + "é and more");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.ends_with(std::string(159, 'a') + "…"));
  EXPECT_EQ(judge_site_answer(503, "a\0b").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace storefleet::store_operator
