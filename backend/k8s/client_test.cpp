#include "k8s/client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "k8s/testing.hpp"

namespace storefleet::k8s {
namespace {

using testing::After;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ClientTest : public testing::ApiTest {};

std::string status_body(int code, std::string_view reason, std::string_view message) {
  return json::serialize(json::object{{"kind", "Status"},
                                      {"apiVersion", "v1"},
                                      {"status", "Failure"},
                                      {"message", message},
                                      {"reason", reason},
                                      {"code", code}});
}

TEST_F(ClientTest, GetsAnObject) {
  api_->expect("GET", "/api/v1/namespaces/shop/pods/web-0", {.body = R"({"metadata":{"name":"web-0"}})"});
  const auto pod = get(client_->get(kPod, {"shop", "web-0"}));
  ASSERT_TRUE(pod) << pod.error().message;
  EXPECT_EQ(meta_name(*pod), "web-0");
  EXPECT_EQ(api_->requests[0].headers.get("Authorization"), "Bearer secret-token");
}

TEST_F(ClientTest, ListsWithOptions) {
  api_->expect("GET", "/apis/storefleet.dev/v1alpha1/stores?", {.body = R"({"items":[]})"});
  ASSERT_TRUE(get(client_->list(kStore, "", {.label_selector = "a=b", .limit = 7, .continue_token = "c/d"})));
  EXPECT_EQ(api_->requests[0].target,
            "/apis/storefleet.dev/v1alpha1/stores?labelSelector=a%3Db&limit=7&continue=c%2Fd");
}

TEST_F(ClientTest, ListsItemByItem) {
  std::string deep(1000, '[');
  deep += std::string(1000, ']');
  api_->expect(
      "GET", "/apis/storefleet.dev/v1alpha1/stores",
      {.body = R"({"metadata":{"resourceVersion":"9","continue":"c"},"items":[{"metadata":{"name":"a"}},
                 {"metadata":{"name":"b","uid":"u","resourceVersion":"7"},"spec":{"values":{"x":)" +
               deep + R"(}}},{"metadata":{"name":"c","uid":"u2"},"spec":{"title":"\ud800"}}]})"});
  std::vector<std::string> seen;
  const auto position = get(client_->list_items(kStore, "", {}, [&](const json::value& item) {
    seen.push_back(
        fmt::format("{} {} {}", meta_name(item), meta_uid(item), item.get_object().contains("spec")));
  }));
  ASSERT_TRUE(position) << position.error().message;
  EXPECT_EQ(position->continue_token, "c");
  EXPECT_EQ(position->resource_version, "9");
  EXPECT_THAT(seen, ElementsAre("a  false", "b u true", "c u2 false"));
  api_->expect("GET", "/apis/storefleet.dev/v1alpha1/stores", {.body = R"({"items":[]})"});
  EXPECT_FALSE(get(client_->list_items(kStore, "", {}, [](const json::value&) {}))) << "a list has a version";
}

TEST_F(ClientTest, AppliesWithManagerAndForceAndCompletesTheObject) {
  api_->expect("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=storefleet&force=true",
               {.body = "{}"});
  ASSERT_TRUE(get(client_->apply(kDeployment, {"shop", "web"}, json::object{{"spec", json::object{}}})));
  const auto& request = api_->requests[0];
  EXPECT_EQ(request.headers.get("Content-Type"), "application/apply-patch+yaml");
  const auto body = *parse_json(request.body);
  EXPECT_EQ(string_or(body, {"apiVersion"}), "apps/v1");
  EXPECT_EQ(string_or(body, {"kind"}), "Deployment");
  EXPECT_EQ(object_name(body), (ObjectName{"shop", "web"}));
}

TEST_F(ClientTest, DeletesWithPreconditions) {
  api_->expect("DELETE", "/api/v1/namespaces/store-x", {.body = "{}"});
  DeleteOptions options;
  options.uid = "u1";
  options.propagation = "Foreground";
  options.grace_period_seconds = 3;
  ASSERT_TRUE(get(client_->remove(kNamespace, {"", "store-x"}, options)));
  const auto body = *parse_json(api_->requests[0].body);
  EXPECT_EQ(string_or(body, {"preconditions", "uid"}), "u1");
  EXPECT_EQ(string_or(body, {"propagationPolicy"}), "Foreground");
  EXPECT_EQ(int_or(body, {"gracePeriodSeconds"}, 0), 3);
}

TEST_F(ClientTest, NeverTurnsAMissingNameIntoACollectionCall) {
  EXPECT_EQ(get(client_->remove(kPod, {"shop", ""})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(get(client_->remove(kPod, {"", "web"})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(get(client_->remove(kPod, {"shop", ".."})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(api_->requests.empty());
}

struct StatusCase {
  unsigned status;
  const char* reason;
  ErrorCode code;
  Reason meant = Reason::kNone;
};

TEST_F(ClientTest, MapsStatusToErrors) {
  const StatusCase cases[] = {
      {400, "BadRequest", ErrorCode::kInvalidArgument},
      {401, "Unauthorized", ErrorCode::kUnauthenticated},
      {403, "Forbidden", ErrorCode::kForbidden},
      {404, "NotFound", ErrorCode::kNotFound},
      {409, "AlreadyExists", ErrorCode::kAlreadyExists},
      {409, "Conflict", ErrorCode::kConflict},
      {410, "Expired", ErrorCode::kGone},
      {413, "RequestEntityTooLarge", ErrorCode::kInvalidArgument, Reason::kRequestTooLarge},
      {422, "Invalid", ErrorCode::kInvalidArgument},
      {500, "InternalError", ErrorCode::kUnavailable},
      {503, "ServiceUnavailable", ErrorCode::kUnavailable},
      {504, "Timeout", ErrorCode::kDeadlineExceeded},
  };
  for (const auto& test : cases) {
    api_->expect(
        "GET", "/",
        {.status = test.status, .body = status_body(static_cast<int>(test.status), test.reason, "because")});
    const auto result = get(client_->get(kNamespace, {"", "a"}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, test.code) << test.reason;
    EXPECT_EQ(result.error().reason, test.meant) << test.reason;
    EXPECT_EQ(result.error().message, "because");
  }
  EXPECT_THAT(status_error(502, "<html>bad gateway</html>").message, HasSubstr("502"));
}

TEST_F(ClientTest, WaitsWhenThrottled) {
  const testing::Reply throttled{.status = 429, .headers = {{"Retry-After", "1"}}};
  const ObjectName shop{"", "shop"};
  api_->expect("GET", "/api/v1/namespaces/shop", throttled);
  api_->expect("GET", "/api/v1/namespaces/shop", {.body = R"({"kind":"Namespace"})"});
  EXPECT_TRUE(get(client_->get(kNamespace, shop)));
  api_->expect("GET", "/api/v1/namespaces/shop", throttled);
  const auto impatient = get(client_->get(kNamespace, shop, std::chrono::milliseconds(500)));
  EXPECT_EQ(impatient.error().code, ErrorCode::kTooManyRequests);
}

struct Watched {
  std::vector<std::string> events;
  void operator()(const WatchEvent& event) {
    events.push_back(std::to_string(static_cast<int>(event.type)) + " " +
                     std::string(meta_name(event.object)));
  }
};

TEST_F(ClientTest, WatchesAcrossPieces) {
  api_->expect(
      "GET",
      "/api/v1/namespaces/shop/pods?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=290",
      {.pieces = {R"({"type":"ADDED","obj)",
                  "ect\":{\"metadata\":{\"name\":\"a\"}}}\n{\"type\":\"MODIFIED\",",
                  "\"object\":{\"metadata\":{\"name\":\"b\"}}}\n", "{\"type\":\"SOMETHING\",\"object\":{}}\n",
                  "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n{\"type\":\"BOOKMARK\","
                  "\"object\":{}}\n"}});
  Watched watched;
  const auto ended = get(client_->watch(kPod, "shop", {.resource_version = "5"}, std::ref(watched)));
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_THAT(watched.events, ElementsAre("0 a", "1 b", "2 a", "3 "));
}

TEST_F(ClientTest, WatchTellsThatThePositionExpired) {
  api_->expect("GET", "/api/v1/pods?watch", {.status = 410, .body = status_body(410, "Expired", "too old")});
  Watched watched;
  EXPECT_EQ(get(client_->watch(kPod, "", {}, std::ref(watched))).error().code, ErrorCode::kGone);
  const auto event = "{\"type\":\"ERROR\",\"object\":" + status_body(410, "Expired", "too old") + "}\n";
  api_->expect("GET", "/api/v1/pods?watch", {.pieces = {event}, .after = After::kHold});
  EXPECT_EQ(get(client_->watch(kPod, "", {}, std::ref(watched))).error().code, ErrorCode::kGone);
  EXPECT_TRUE(watched.events.empty());
}

TEST_F(ClientTest, WatchFailsOnNonsense) {
  api_->expect("GET", "/", {.pieces = {"{\"type\":\n"}});
  Watched watched;
  EXPECT_EQ(get(client_->watch(kPod, "", {}, std::ref(watched))).error().code, ErrorCode::kInternal);
}

TEST_F(ClientTest, ReadsAndFollowsLogs) {
  api_->expect("GET", "/api/v1/namespaces/shop/pods/web/log?container=php&tailLines=5",
               {.body = "one\ntwo\n"});
  EXPECT_EQ(get(client_->pod_logs("shop", "web", {.container = "php", .tail_lines = 5})), "one\ntwo\n");
  api_->expect("GET", "/api/v1/namespaces/shop/pods/web/log?follow=true",
               {.pieces = {"on", "e\ntw", "o\nrest"}});
  std::vector<std::string> lines;
  const auto take = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  EXPECT_TRUE(get(client_->stream_pod_logs("shop", "web", {}, take)));
  EXPECT_THAT(lines, ElementsAre("one", "two", "rest"));
}

TEST_F(ClientTest, StopsFollowingOnRequest) {
  api_->expect("GET", "/", {.pieces = {"one\ntwo\n"}, .after = After::kHold});
  int lines = 0;
  const auto take = [&](std::string_view) { return ++lines < 1; };
  EXPECT_TRUE(get(client_->stream_pod_logs("shop", "web", {}, take)));
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace storefleet::k8s
