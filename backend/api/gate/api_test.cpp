#include "api/gate/api.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

#include "api/stores/input.hpp"
#include "api/stores/operation_id.hpp"
#include "api/testing/api_fixture.hpp"
#include "http/testing.hpp"
#include "web/web_pages.hpp"

namespace storefleet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ApiTest, NothingUnderApiIsOpen) {
  for (const auto* token : {"", "wrong", "the-token2", "the-toke"}) {
    token_ = token;
    for (const auto* path : {"/api/v1/stores", "/api/v1/me", "/api/v1/engines", "/api/v1/nothing", "/api/"}) {
      const auto response = get(path);
      EXPECT_EQ(response.status, 401U) << path;
      EXPECT_EQ(code_of(response), "Unauthenticated");
      EXPECT_EQ(response.headers.get("WWW-Authenticate"), "Bearer");
    }
  }
}

TEST_F(ApiTest, TellsWhoIsAsking) {
  const auto body = body_of(get("/api/v1/me"));
  EXPECT_EQ(string_or(body, {"name"}), "admin");
  EXPECT_EQ(string_or(body, {"role"}), "admin");
}

TEST_F(ApiTest, ListsEngines) {
  EXPECT_EQ(array_at(body_of(get("/api/v1/engines")), {"items"}).size(), 2U);
}

TEST_F(ApiTest, UnknownAddressesAndMethods) {
  EXPECT_EQ(get("/api/v1/nothing").status, 404U);
  EXPECT_EQ(get("/").status, 404U);
  const auto response = send("PATCH", "/api/v1/stores");
  EXPECT_EQ(response.status, 405U);
  EXPECT_EQ(response.headers.get("Allow"), "GET, POST");
}

TEST_F(ApiTest, RefusesBodiesThatAreTooLargeOrNotJson) {
  EXPECT_EQ(code_of(post(std::string(300'000, ' '))), "BodyTooLarge");
  EXPECT_EQ(code_of(post("a=b", {{"Content-Type", "application/x-www-form-urlencoded"}})),
            "UnsupportedMediaType");
  EXPECT_EQ(
      post(R"({"name":"demo","engine":"medusa"})", {{"Content-Type", "application/json; charset=utf-8"}})
          .status,
      202U);
}

TEST_F(ApiTest, KeepsHarmlessRequestIds) {
  EXPECT_EQ(send("GET", "/livez", {}, {{"X-Request-Id", "abc-1"}}).headers.get("X-Request-Id"), "abc-1");
  EXPECT_EQ(send("GET", "/livez", {}, {{"X-Request-Id", "a b\"c"}}).headers.get("X-Request-Id").size(), 16U);
  const auto problem = send("GET", "/api/v1/stores/x", {}, {{"X-Request-Id", "abc-2"}});
  EXPECT_EQ(string_or(body_of(problem), {"requestId"}), "abc-2");
}

TEST_F(ApiTest, HealthSaysWhatIsWrong) {
  token_.clear();
  EXPECT_EQ(get("/livez").status, 200U);
  EXPECT_EQ(get("/readyz").status, 200U);
  history_.failure =
      Error{ErrorCode::kUnavailable, "The database cannot be reached.", Reason::kDatabaseUnreachable};
  EXPECT_EQ(get("/readyz").status, 503U);
  EXPECT_THAT(get("/readyz").body, HasSubstr("The database cannot be reached."));
  history_.failure.reset();
  stores_.failure = Error{ErrorCode::kUnavailable, "not synced"};
  EXPECT_EQ(get("/readyz").status, 503U);
  EXPECT_EQ(get("/livez").status, 200U);
}

TEST_F(ApiTest, AProbeMayLeaveChecksOut) {
  history_.failure = Error{ErrorCode::kUnavailable, "away"};
  EXPECT_EQ(get("/readyz").status, 503U);
  const auto response = get("/readyz?exclude=database");
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, Not(HasSubstr("database")));
  EXPECT_EQ(get("/readyz?exclude=cluster").status, 503U);
  EXPECT_EQ(get("/readyz?exclude=cluster&exclude=database").status, 200U);
}

class BodyGateTest : public ApiTest {
 protected:
  http::BodyVerdict admit(std::optional<std::uint64_t> declared, http::Headers headers = {},
                          std::string target = "/api/v1/stores") {
    if (!token_.empty()) headers.set("Authorization", "Bearer " + token_);
    http::BodyVerdict verdict;
    testing::run(context_, admit_into(api_,
                                      {.method = "POST",
                                       .target = std::move(target),
                                       .headers = std::move(headers),
                                       .remote_address = "203.0.113.9"},
                                      declared, verdict));
    return verdict;
  }
  static Task<void> admit_into(Api& api, http::Request head, std::optional<std::uint64_t> declared,
                               http::BodyVerdict& verdict) {
    auto asked = co_await api.admit_body(std::move(head), declared);
    verdict = std::move(asked);
  }
};

TEST_F(BodyGateTest, TooMuchIsAProblemBeforeItComes) {
  const auto verdict = admit(2'000'000);
  ASSERT_TRUE(verdict.refused);
  EXPECT_EQ(verdict.refused->status, 413U);
  EXPECT_EQ(verdict.refused->headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(code_of(*verdict.refused), "BodyTooLarge");
  contract_.expect_documented("POST", "/api/v1/stores", *verdict.refused);
  EXPECT_EQ(code_of(api_.refusal(413, "too large")), "BodyTooLarge");
  EXPECT_EQ(code_of(api_.refusal(431, "the head is too large")), "MalformedRequest");
  EXPECT_EQ(admit(200'000).max_bytes, 256U * 1024);
}

TEST_F(BodyGateTest, WhoIsNotLoggedInMaySendLittle) {
  token_ = "made-up";
  const auto refused = admit(200'000);
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(refused.refused->status, 401U) << "what is needed is a login, not less";
  EXPECT_EQ(admit(200'000, {}, "/api/v1/auth/login").refused->status, 413U);
  EXPECT_FALSE(admit(100, {}, "/api/v1/auth/login").refused);
  EXPECT_EQ(admit(std::nullopt).max_bytes, 8U * 1024) << "also where only the end tells how much it is";
}

TEST_F(BodyGateTest, ATryThatEndsBeforeItsBodyIsRecorded) {
  token_ = "made-up";
  const auto verdict = admit(9'000, {}, "/api/v1/tokens");
  ASSERT_TRUE(verdict.refused);
  ASSERT_EQ(audit_.kept.size(), 1U);
  EXPECT_EQ(audit_.kept.front().action, "token.create");
  EXPECT_EQ(audit_.kept.front().address, "203.0.113.9");
  EXPECT_EQ(audit_.kept.front().request_id, verdict.refused->headers.get("X-Request-Id"));
}

TEST_F(BodyGateTest, BytesInWorkAreBoundedByCaller) {
  std::vector<http::BodyVerdict> held;
  for (int i = 0; i < 4; ++i) held.push_back(admit(256 * 1024));
  for (const auto& verdict : held) EXPECT_FALSE(verdict.refused);
  const auto refused = admit(1);
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(refused.refused->status, 429U);
  EXPECT_FALSE(refused.refused->headers.get("Retry-After").empty());
  token_.clear();
  EXPECT_FALSE(admit(100, {}, "/api/v1/auth/login").refused) << "an address has a share of its own";
  held.clear();
  token_ = "the-token";
  EXPECT_FALSE(admit(1).refused);
}

TEST_F(BodyGateTest, StrangersCannotTakeTheShareOfPeople) {
  const auto login = [this](const std::string& address) {
    http::BodyVerdict verdict;
    testing::run(
        context_,
        admit_into(
            api_,
            {.method = "POST", .target = "/api/v1/auth/login", .headers = {}, .remote_address = address},
            std::nullopt, verdict));
    return verdict;
  };
  std::vector<http::BodyVerdict> held;
  for (int address = 0; address < 200; ++address)
    for (int i = 0; i < 9; ++i) held.push_back(login(fmt::format("198.51.100.{}", address)));
  EXPECT_EQ(held[8].refused->status, 429U) << "the ninth of one address";
  EXPECT_EQ(held.back().refused->status, 503U) << "all strangers together";
  EXPECT_EQ(code_of(*held.back().refused), "Overloaded");
  EXPECT_FALSE(admit(256 * 1024).refused);
}

TEST_F(ApiTest, AnswersThatNobodyTakesAreBounded) {
  auto parts = dependencies(metrics_);
  parts.limits.stranger_responses = {.total = 10'000'000, .each = 400'000};
  Api bounded(std::move(parts));
  std::vector<std::shared_ptr<void>> held;
  http::Response response;
  for (int i = 0; i < 40 && response.status == 200U; ++i) {
    response = handle(bounded, {.target = "/openapi.json", .remote_address = "203.0.113.9"});
    held.push_back(bounded.take_hold());
  }
  EXPECT_EQ(response.status, 429U);
  EXPECT_EQ(held.back(), nullptr);
  EXPECT_EQ(handle(bounded, {.target = "/livez", .remote_address = "203.0.113.9"}).status, 200U)
      << "it is small";
  EXPECT_EQ(handle(bounded, {.target = "/openapi.json", .remote_address = "203.0.113.10"}).status, 200U);
  held.clear();
  EXPECT_EQ(handle(bounded, {.target = "/openapi.json", .remote_address = "203.0.113.9"}).status, 200U);
}

TEST_F(ApiTest, EveryAnswerTellsItsTrace) {
  const std::string sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string answered(send("GET", "/livez", {}, {{"traceparent", sent}}).headers.get("traceparent"));
  EXPECT_EQ(answered.substr(0, 36), sent.substr(0, 36));
  EXPECT_NE(answered, sent);
  EXPECT_EQ(get("/api/v1/stores/none").headers.get("traceparent").size(), sent.size());
  EXPECT_EQ(send("GET", "/livez", {}, {{"traceparent", "x"}}).headers.get("traceparent").size(), sent.size());
}

TEST_F(ApiTest, PagesComeWhereTheApiHasNothing) {
  const web::WebPages pages;
  auto parts = dependencies(metrics_);
  parts.pages = &pages;
  parts.admin_token.clear();
  Api with_pages(std::move(parts));
  const auto landing = handle(with_pages, {.target = "/"});
  EXPECT_EQ(landing.status, 200U);
  EXPECT_EQ(landing.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(landing.headers.get("Cache-Control"), "no-cache");
  EXPECT_EQ(handle(with_pages, {.target = "/livez"}).headers.get("Content-Type"), "application/json");
  EXPECT_EQ(handle(with_pages, {.target = "/api/"}).status, 401U);
  EXPECT_EQ(handle(with_pages, {.target = "/nothing"}).status, 404U);
  EXPECT_EQ(handle(with_pages, {.method = "POST", .target = "/"}).status, 404U);
}

TEST_F(ApiTest, CountsByRouteTemplateOnly) {
  get("/api/v1/stores/secret-name");
  send("BREW", "/pot");
  const auto text = prometheus::TextSerializer().Serialize(metrics_.Collect());
  EXPECT_THAT(
      text,
      HasSubstr(
          "storefleet_http_requests_total{method=\"GET\",route=\"/api/v1/stores/{name}\",status=\"404\"} 1"));
  EXPECT_THAT(text, HasSubstr("method=\"other\",route=\"unmatched\""));
  EXPECT_THAT(text, Not(HasSubstr("secret-name")));
}

TEST_F(ApiTest, VersionAndContractAreOpen) {
  token_.clear();
  EXPECT_EQ(string_or(body_of(get("/version")), {"version"}), "1.2.3");
  EXPECT_EQ(string_or(body_of(get("/openapi.json")), {"openapi"}), "3.1.0");
}

TEST_F(ApiTest, EveryDocumentedOperationIsServed) {
  for (const auto& operation : contract_.operations()) {
    const auto space = operation.find(' ');
    auto path = operation.substr(space + 1);
    if (const auto name = path.find("{name}"); name != std::string::npos) path.replace(name, 6, "demo");
    if (const auto id = path.find("{id}"); id != std::string::npos) path.replace(id, 4, "x");
    const auto response = send(operation.substr(0, space), path);
    EXPECT_NE(response.status, 405U) << operation;
    EXPECT_THAT(response.body, Not(HasSubstr("Nothing has this address"))) << operation;
  }
}

/// What changes something, or opens a door, and is not recorded by the table of routes: why.
const std::map<std::string, std::string, std::less<>> kRecordedOtherwise = {
    {"POST /api/v1/auth/login", "records who it was, which only it knows: NothingSecretGoesOutUnrecorded"},
    {"GET /api/v1/auth/oidc/login", "opens nothing yet: the callback does"},
    {"GET /api/v1/auth/oidc/callback", "as a login: WithoutARecordNobodyIsLetIn"},
};

/// The contract's way to say that an operation hands out a secret.
bool hands_out_secret(const json::value& operation) {
  const auto responses = json::serialize(object_at(operation, {"responses"}));
  return responses.contains("schemas/Credentials") || responses.contains("schemas/LoginLink") ||
         responses.contains("schemas/NewToken") || responses.contains("responses/LoginRedirect");
}

TEST_F(ApiTest, EveryChangeIsRecorded) {
  ready_store("demo");
  int callers = 0;
  for (const auto& operation : contract_.operations()) {
    const auto space = operation.find(' ');
    const auto method = operation.substr(0, space);
    const auto path = operation.substr(space + 1);
    auto verb = method;
    for (auto& c : verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto* documented = find_at(contract_.document(), {"paths", path, verb});
    ASSERT_NE(documented, nullptr) << operation;
    const bool sensitive = method != "GET" || hands_out_secret(*documented);
    auto target = path;
    if (const auto name = target.find("{name}"); name != std::string::npos) target.replace(name, 6, "demo");
    audit_.kept.clear();
    // Each from an address of its own: of one only so many tries that come to nothing are kept.
    handle(api_, {.method = method,
                  .target = target,
                  .headers = {{"Authorization", "Bearer " + token_}},
                  .remote_address = fmt::format("192.0.2.{}", ++callers)});
    if (!sensitive) {
      EXPECT_TRUE(audit_.kept.empty()) << operation << " only reads";
    } else if (!kRecordedOtherwise.contains(operation)) {
      ASSERT_EQ(audit_.kept.size(), 1U) << operation << " leaves no trace";
      EXPECT_FALSE(audit_.kept[0].action.empty()) << operation;
    }
  }
}

TEST_F(ApiTest, EventsFollowASequenceEvenAfterTheStore) {
  StoreEvent event{.sequence = 0,
                   .store_uid = "u",
                   .store_name = "demo",
                   .team = "default",
                   .at = {},
                   .type = EventType::kWarning,
                   .source = "kubernetes",
                   .reason = "Failed",
                   .message = "m",
                   .subject = "Pod/web",
                   .duration_seconds = 0.5};
  history_.log = {event, event, event};
  for (std::size_t i = 0; i < 3; ++i) history_.log[i].sequence = static_cast<std::int64_t>(i) + 1;
  const auto page = body_of(get("/api/v1/stores/demo/events?limit=2"));
  EXPECT_EQ(array_at(page, {"items"}).size(), 2U);
  EXPECT_EQ(int_or(page, {"lastSequence"}, 0), 2);
  const auto rest = body_of(get("/api/v1/stores/demo/events?after=3"));
  EXPECT_EQ(array_at(rest, {"items"}).size(), 0U);
  EXPECT_EQ(int_or(rest, {"lastSequence"}, 0), 3);
  EXPECT_EQ(get("/api/v1/stores/unused/events").status, 404U);
  ready_store("quiet");
  EXPECT_EQ(get("/api/v1/stores/quiet/events").status, 200U);
  EXPECT_EQ(get("/api/v1/stores/demo/events?limit=0").status, 400U);
  history_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  EXPECT_EQ(code_of(get("/api/v1/stores/demo/events")), "DatabaseUnreachable");
}

TEST_F(ApiTest, StepsCredentialsAndReceipt) {
  auto& store = ready_store("demo");
  EXPECT_EQ(string_or(body_of(get("/api/v1/stores/demo/steps")), {"phase"}), "Ready");
  EXPECT_EQ(string_or(body_of(get("/api/v1/stores/demo/credentials")), {"password"}), "sesame-demo");
  store.status.phase = Phase::kProvisioning;
  EXPECT_EQ(code_of(get("/api/v1/stores/demo/credentials")), "CredentialsNotReady");
  EXPECT_EQ(get("/api/v1/stores/none/credentials").status, 404U);
  EXPECT_EQ(get("/api/v1/stores/demo/receipt").status, 404U);
  history_.receipts["demo"] = {.store_uid = "u",
                               .store_name = "demo",
                               .team = "default",
                               .started_at = parse_time("2026-11-24T12:00:00Z").value(),
                               .finished_at = parse_time("2026-11-24T12:00:03.5Z").value(),
                               .removed = {{"Namespace", json::array{"store-1"}}}};
  EXPECT_EQ(body_of(get("/api/v1/stores/demo/receipt")).at("durationSeconds").to_number<double>(), 3.5);
}

TEST_F(ApiTest, ACreationSucceedsFailsOrEndsWithItsStore) {
  auto& store = ready_store("demo");
  const auto operation =
      "/api/v1/operations/" + encode_operation_id(operation_key(), OperationKind::kCreate, store);
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Succeeded");
  store.status.ready_seconds.reset();
  store.status.phase = Phase::kFailed;
  store.status.failure = Failure{FailureCode::kUnschedulable, "no node", store.created_at};
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Failed");
  EXPECT_EQ(string_or(body_of(get(operation)), {"failure", "code"}), "Unschedulable");
  store.uid = "another store of that name";
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Failed");
  EXPECT_EQ(get("/api/v1/operations/bm9uc2Vuc2U").status, 404U);
  EXPECT_EQ(get("/api/v1/operations/***").status, 404U);
}

TEST(ProblemTest, InternalErrorsKeepTheirMessage) {
  const auto problem = to_problem({ErrorCode::kInternal, "SELECT secret"});
  EXPECT_EQ(problem.status, 500U);
  EXPECT_THAT(problem.detail, Not(HasSubstr("secret")));
}

TEST(RouterTest, LiteralsWinOverParameters) {
  Router<int> router;
  router.add("GET", "/stores/{name}", 1);
  router.add("GET", "/stores/new", 2);
  router.add("DELETE", "/stores/{name}", 3);
  EXPECT_EQ(*router.match("GET", "/stores/demo").target, 1);
  EXPECT_EQ(*router.match("GET", "/stores/new").target, 2);
  EXPECT_EQ(*router.match("DELETE", "/stores/new").target, 3);
  EXPECT_EQ(router.match("GET", "/stores/a%2Fb").parameters.at("name"), "a/b");
  EXPECT_EQ(router.match("GET", "/stores/").target, nullptr);
  EXPECT_EQ(router.match("GET", "/stores/a/b").target, nullptr);
  EXPECT_EQ(router.match("GET", "/stores/%zz").target, nullptr);
  EXPECT_THAT(router.match("PUT", "/stores/demo").allowed, ElementsAre("GET", "DELETE"));
}

}  // namespace
}  // namespace storefleet::api
