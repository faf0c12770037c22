#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"

namespace storefleet::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class StoresRoutesTest : public ApiTest {
 protected:
  std::vector<std::string> names(const std::string& query) {
    std::vector<std::string> found;
    const auto body = body_of(get("/api/v1/stores" + query));
    for (const auto& store : array_at(body, {"items"})) found.push_back(string_or(store, {"name"}));
    return found;
  }
};

TEST_F(StoresRoutesTest, CreatingAnswers202WithTheStoreAndWhereToAwaitIt) {
  const auto response = post(R"({"name":"demo","engine":"woocommerce","title":"Demo"})");
  EXPECT_EQ(response.status, 202U);
  const auto body = body_of(response);
  EXPECT_EQ(string_or(body, {"name"}), "demo");
  EXPECT_EQ(string_or(body, {"phase"}), "Pending");
  EXPECT_EQ(response.headers.get("Location"), "/api/v1/stores/demo");
  EXPECT_EQ(response.headers.get("ETag"), "\"uid-1.1\"");
  const auto operation = body_of(get(std::string(response.headers.get("Operation-Location"))));
  EXPECT_EQ(string_or(operation, {"kind"}), "create");
  EXPECT_EQ(string_or(operation, {"state"}), "Running");
  ASSERT_TRUE(stores_.stores.contains("demo"));
  EXPECT_EQ(stores_.stores["demo"].spec.title, "Demo");
  EXPECT_EQ(stores_.stores["demo"].spec.plan, "small");
}

TEST_F(StoresRoutesTest, EveryWrongFieldIsSaidAtOnce) {
  const auto response = post(
      R"({"name":"Demo!","engine":"shopware","title":7,"adminEmail":"nobody","hosts":["shop.example.com","x"],
          "sampleData":"yes","values":[]})");
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(code_of(response), "InvalidName");
  EXPECT_THAT(pointers_of(response),
              UnorderedElementsAre("/name", "/title", "/adminEmail", "/hosts/1", "/sampleData", "/values"));
  EXPECT_TRUE(stores_.stores.empty());
}

struct Refusal {
  std::string body;
  unsigned status;
  std::string code;
  std::string pointer;
};

TEST_F(StoresRoutesTest, RefusesWithTheRightCode) {
  const std::string long_title(201, 'x');
  const Refusal cases[] = {
      {R"({"name":)", 400, "InvalidJson", ""},
      {R"([])", 400, "InvalidJson", ""},
      {"", 400, "InvalidJson", ""},
      {R"({"name":"demo","engine":"woocommerce","colour":"red"})", 400, "UnknownField", "/colour"},
      {R"({"name":"demo","engine":"woocommerce","a/b~":1})", 400, "UnknownField", "/a~1b~0"},
      {R"({"engine":"woocommerce"})", 422, "InvalidName", "/name"},
      {R"({"name":"api","engine":"woocommerce"})", 422, "InvalidName", "/name"},
      {R"({"name":"demo"})", 422, "UnknownEngine", "/engine"},
      {R"({"name":"demo","engine":"shopware"})", 422, "UnknownEngine", "/engine"},
      {R"({"name":"demo","engine":"woocommerce","plan":"huge"})", 422, "UnknownPlan", "/plan"},
      {R"({"name":"demo","engine":"woocommerce","values":{"bad":1}})", 422, "InvalidValues", "/values"},
      {R"({"name":"demo","engine":"woocommerce","title":")" + long_title + R"("})", 422, "InvalidValues",
       "/title"},
      {R"({"name":"demo","engine":"woocommerce","team":"Team A"})", 422, "InvalidValues", "/team"},
  };
  for (const auto& each : cases) {
    const auto response = post(each.body);
    EXPECT_EQ(response.status, each.status) << each.body;
    EXPECT_EQ(code_of(response), each.code) << each.body;
    EXPECT_EQ(pointers_of(response),
              each.pointer.empty() ? std::vector<std::string>{} : std::vector<std::string>{each.pointer})
        << each.body;
  }
  EXPECT_TRUE(stores_.stores.empty());
}

TEST_F(StoresRoutesTest, ATitleIsCountedInCharacters) {
  std::string title;
  for (int i = 0; i < 200; ++i) title += "ü";
  EXPECT_EQ(post(R"({"name":"demo","engine":"woocommerce","title":")" + title + R"("})").status, 202U);
}

TEST_F(StoresRoutesTest, ATakenNameIs409) {
  ready_store("demo");
  const auto response = post(R"({"name":"demo","engine":"woocommerce"})");
  EXPECT_EQ(response.status, 409U);
  EXPECT_EQ(code_of(response), "NameTaken");
  EXPECT_THAT(pointers_of(response), ElementsAre("/name"));
}

TEST_F(StoresRoutesTest, ANameOnItsWayOutSaysToWait) {
  ready_store("demo").deletion_requested_at = parse_time("2026-11-24T12:00:00Z");
  EXPECT_THAT(post(R"({"name":"demo","engine":"woocommerce"})").body, HasSubstr("still being deleted"));
}

TEST_F(StoresRoutesTest, ValidateOnlyCreatesNothing) {
  const auto good =
      send("POST", "/api/v1/stores?validateOnly=true", R"({"name":"demo","engine":"woocommerce"})");
  EXPECT_EQ(good.status, 200U);
  EXPECT_TRUE(stores_.stores.empty());
  ready_store("demo");
  EXPECT_EQ(
      send("POST", "/api/v1/stores?validateOnly=true", R"({"name":"demo","engine":"woocommerce"})").status,
      409U);
  EXPECT_TRUE(audit_.kept.empty()) << "a question is not in the audit log";
}

TEST_F(StoresRoutesTest, AStoreTakesAPlaceInItsTeamsQuotaFirst) {
  ledger_.places = 1;
  ASSERT_EQ(post(R"({"name":"demo","engine":"woocommerce","plan":"large"})").status, 202U);
  EXPECT_EQ(ledger_.reserved.at("place-1").storage_bytes, 10);
  EXPECT_EQ(stores_.stores.at("demo").annotations.at(std::string(kReservationAnnotation)), "place-1");
  const auto refused = post(R"({"name":"other","engine":"woocommerce"})");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(code_of(refused), "TeamQuotaExceeded");
  EXPECT_FALSE(stores_.stores.contains("other"));
  EXPECT_EQ(
      send("POST", "/api/v1/stores?validateOnly=true", R"({"name":"other","engine":"woocommerce"})").status,
      403U);
}

TEST_F(StoresRoutesTest, APlaceIsGivenBackWhereNoStoreCameOfIt) {
  const std::string body = R"({"name":"demo","engine":"woocommerce"})";
  ready_store("demo");
  EXPECT_EQ(post(body).status, 409U);
  EXPECT_TRUE(ledger_.reserved.empty());
  stores_.failure = Error{ErrorCode::kUnavailable, "away"};
  EXPECT_EQ(post(body).status, 503U);
  EXPECT_EQ(ledger_.reserved.size(), 1U) << "the store may be there: the place expires by itself";
}

TEST_F(StoresRoutesTest, WithoutALedgerOnlyTheDefaultTeamGetsStores) {
  ledger_.failure = Error{ErrorCode::kUnavailable, "away", Reason::kDatabaseUnreachable};
  EXPECT_EQ(post(R"({"name":"demo","engine":"woocommerce"})").status, 202U);
  const auto refused = post(R"({"name":"other","engine":"woocommerce","team":"blue"})");
  EXPECT_EQ(code_of(refused), "DatabaseUnreachable");
  ledger_.failure = Error{ErrorCode::kNotFound, "There is no team named 'blue'.", Reason::kUnknownTeam};
  EXPECT_EQ(code_of(post(R"({"name":"other","engine":"woocommerce","team":"blue"})")), "UnknownTeam");
}

TEST_F(StoresRoutesTest, ALedgerThatIsOnlySlowIsNotPassedBy) {
  ready_store("demo");
  ledger_.failure = Error{ErrorCode::kDeadlineExceeded, "slow", Reason::kDatabaseUnreachable};
  for (const auto* query : {"", "?validateOnly=true"}) {
    const auto refused =
        send("POST", std::string("/api/v1/stores") + query, R"({"name":"other","engine":"woocommerce"})");
    EXPECT_EQ(refused.status, 503U) << query;
    EXPECT_FALSE(refused.headers.get("Retry-After").empty()) << query;
  }
  EXPECT_FALSE(stores_.stores.contains("other"));
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"plan":"large"})").status, 503U);
}

TEST_F(StoresRoutesTest, ALargerPlanMustFitTheQuota) {
  ready_store("demo");
  const auto path = std::string("/api/v1/stores/demo");
  ledger_.failure = Error{ErrorCode::kForbidden, "full", Reason::kTeamQuotaExceeded};
  EXPECT_EQ(send("PATCH", path, R"({"title":"Other"})").status, 202U) << "takes no more than it has";
  EXPECT_EQ(code_of(send("PATCH", path, R"({"plan":"large"})")), "TeamQuotaExceeded");
  EXPECT_EQ(ledger_.asked.store_uid, "uid-of-demo");
  EXPECT_EQ(stores_.stores.at("demo").spec.plan, "small");
}

TEST_F(StoresRoutesTest, TheSameKeyAndBodyGetTheSameAnswer) {
  const std::string body = R"({"name":"demo","engine":"woocommerce"})";
  const auto first = post(body, {{"Idempotency-Key", "k1"}});
  const auto second = post(body, {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(second.status, 202U);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.get("Operation-Location"), first.headers.get("Operation-Location"));
  EXPECT_EQ(second.headers.get("Idempotency-Replayed"), "true");
  EXPECT_EQ(stores_.created, 1);
}

TEST_F(StoresRoutesTest, TheSameKeyWithAnotherBodyIsRefused) {
  post(R"({"name":"demo","engine":"woocommerce"})", {{"Idempotency-Key", "k1"}});
  const auto other = post(R"({"name":"other","engine":"woocommerce"})", {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(other.status, 422U);
  EXPECT_EQ(code_of(other), "IdempotencyKeyReused");
}

TEST_F(StoresRoutesTest, AKeyInFlightIsAConflict) {
  const std::string body = R"({"name":"demo","engine":"woocommerce"})";
  post(body, {{"Idempotency-Key", "k1"}});
  keys_.answers.begin()->second.status = 0;
  EXPECT_EQ(code_of(post(body, {{"Idempotency-Key", "k1"}})), "RequestInFlight");
}

TEST_F(StoresRoutesTest, AFailedCreationFreesItsKey) {
  ready_store("demo");
  const std::string body = R"({"name":"demo","engine":"woocommerce"})";
  EXPECT_EQ(post(body, {{"Idempotency-Key", "k1"}}).status, 409U);
  stores_.stores.clear();
  EXPECT_EQ(post(body, {{"Idempotency-Key", "k1"}}).status, 202U);
}

TEST_F(StoresRoutesTest, AKeyKnowsTheStoreWhoseAnswerWasLost) {
  const std::string body = R"({"name":"demo","engine":"woocommerce"})";
  ASSERT_EQ(post(body, {{"Idempotency-Key", "k1"}}).status, 202U);
  keys_.answers.clear();  // as where the API server stored it and did not answer in time
  const auto again = post(body, {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(again.status, 202U);
  EXPECT_EQ(string_or(body_of(again), {"uid"}), "uid-1");
  EXPECT_EQ(stores_.created, 1);
  keys_.answers.clear();
  EXPECT_EQ(post(body, {{"Idempotency-Key", "k2"}}).status, 409U) << "another request";
  EXPECT_EQ(post(R"({"name":"demo","engine":"medusa"})", {{"Idempotency-Key", "k1"}}).status, 409U);
}

TEST_F(StoresRoutesTest, AKeyIsText) {
  const std::string body = R"({"name":"demo","engine":"woocommerce"})";
  EXPECT_EQ(post(body, {{"Idempotency-Key", "\xff"}}).status, 400U);
  EXPECT_EQ(post(body, {{"Idempotency-Key", std::string(201, 'k')}}).status, 400U);
}

TEST_F(StoresRoutesTest, ListsByNameInPages) {
  for (const auto* name : {"d", "b", "a", "e", "c"}) ready_store(name);
  const auto first = body_of(get("/api/v1/stores?pageSize=2"));
  EXPECT_EQ(int_or(first, {"total"}, 0), 5);
  const auto token = string_or(first, {"nextPageToken"});
  EXPECT_THAT(names("?pageSize=2"), ElementsAre("a", "b"));
  EXPECT_THAT(names("?pageSize=2&pageToken=" + token), ElementsAre("c", "d"));
  EXPECT_THAT(names("?pageSize=10&pageToken=" + token), ElementsAre("c", "d", "e"));
  EXPECT_EQ(string_at(body_of(get("/api/v1/stores?pageSize=5")), {"nextPageToken"}), std::nullopt);
}

TEST_F(StoresRoutesTest, Filters) {
  ready_store("alpha").spec.engine = "medusa";
  ready_store("beta").status.phase = Phase::kFailed;
  ready_store("gamma").spec.team = "blue";
  EXPECT_THAT(names("?engine=medusa"), ElementsAre("alpha"));
  EXPECT_THAT(names("?phase=Failed"), ElementsAre("beta"));
  EXPECT_THAT(names("?team=blue"), ElementsAre("gamma"));
  EXPECT_THAT(names("?q=THE%20G"), ElementsAre("gamma")) << "the title counts too";
  EXPECT_THAT(names("?q=zzz"), ElementsAre());
}

TEST_F(StoresRoutesTest, RefusesQueriesItDoesNotKnow) {
  for (const auto* query :
       {"?phase=Great", "?phase=", "?pageSize=0", "?pageSize=x", "?pageToken=*", "?sort=name", "?q=%zz"}) {
    const auto response = get(std::string("/api/v1/stores") + query);
    EXPECT_EQ(response.status, 400U) << query;
    EXPECT_EQ(code_of(response), "InvalidParameter") << query;
  }
}

TEST_F(StoresRoutesTest, ReadsAStore) {
  ready_store("demo");
  const auto response = get("/api/v1/stores/demo");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.headers.get("ETag"), "\"uid-of-demo.1\"");
  EXPECT_EQ(string_or(body_of(response), {"url"}), "http://demo.localhost/");
  EXPECT_EQ(get("/api/v1/stores/nothing").status, 404U);
}

TEST_F(StoresRoutesTest, APathSegmentIsNeverMoreThanAName) {
  stores_.failure = Error{ErrorCode::kInternal, "a port was asked"};
  for (const auto* name : {"..%2F..%2Fsecrets", "..", "%2E%2E", "a%3Fb", "Demo", "a%00"})
    EXPECT_EQ(get(std::string("/api/v1/stores/") + name).status, 404U) << name;
}

TEST_F(StoresRoutesTest, AFailureComesWithItsRemedy) {
  auto& store = ready_store("demo");
  store.status.phase = Phase::kFailed;
  store.status.failure = Failure{FailureCode::kImagePullFailed, "no image", store.created_at};
  const auto body = body_of(get("/api/v1/stores/demo"));
  EXPECT_EQ(string_or(body, {"failure", "code"}), "ImagePullFailed");
  EXPECT_FALSE(string_or(body, {"failure", "remedy"}).empty());
}

TEST_F(StoresRoutesTest, DeletingAnswers202UntilItIsGone) {
  ready_store("demo");
  const auto response = send("DELETE", "/api/v1/stores/demo");
  EXPECT_EQ(response.status, 202U);
  EXPECT_EQ(string_or(body_of(response), {"phase"}), "Deleting");
  const std::string operation(response.headers.get("Operation-Location"));
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Running");
  EXPECT_EQ(send("DELETE", "/api/v1/stores/demo").headers.get("Operation-Location"), operation);
  stores_.stores.clear();
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Succeeded");
  EXPECT_EQ(send("DELETE", "/api/v1/stores/demo").status, 404U);
}

TEST_F(StoresRoutesTest, UpdatingMergesIntoWhatIsThere) {
  auto& store = ready_store("demo");
  store.spec.values = {{"workers", 2}, {"cache", "64Mi"}};
  store.spec.expires_at = store.created_at;
  const auto response = send("PATCH", "/api/v1/stores/demo",
                             R"({"plan":"large","title":null,"values":{"workers":null,"mail":"a"}})");
  EXPECT_EQ(response.status, 202U) << response.body;
  EXPECT_EQ(response.headers.get("ETag"), "\"uid-of-demo.2\"");
  const auto& spec = stores_.stores["demo"].spec;
  EXPECT_EQ(spec.plan, "large");
  EXPECT_EQ(spec.title, "");
  EXPECT_EQ(spec.values, (json::object{{"cache", "64Mi"}, {"mail", "a"}}));
  EXPECT_TRUE(spec.expires_at) << "what the body does not name stays, also a time that is over";

  const std::string operation(response.headers.get("Operation-Location"));
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Running") << "the controller has not seen it yet";
  stores_.stores["demo"].status.observed_generation = 2;
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Succeeded");
  stores_.stores["demo"].status.failure = Failure{FailureCode::kReleaseFailed, "no", store.created_at};
  EXPECT_EQ(string_or(body_of(get(operation)), {"state"}), "Failed");
}

TEST_F(StoresRoutesTest, AProtectedStoreIsDeletedOnlyAfterTheProtection) {
  ready_store("demo");
  const auto path = std::string("/api/v1/stores/demo");
  EXPECT_EQ(string_or(body_of(get(path)), {"deletionPolicy"}), "Delete");
  EXPECT_EQ(send("PATCH", path, R"({"deletionPolicy":"Retain"})").status, 202U);
  EXPECT_EQ(stores_.stores.at("demo").spec.deletion_policy, DeletionPolicy::kRetain);
  EXPECT_EQ(send("PATCH", path, R"({"title":"Other"})").status, 202U);
  EXPECT_EQ(string_or(body_of(get(path)), {"deletionPolicy"}), "Retain") << "what is not named stays";
  const auto refused = send("DELETE", path);
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(code_of(refused), "DeletionProtected");
  ASSERT_TRUE(stores_.stores.contains("demo"));
  EXPECT_FALSE(stores_.stores.at("demo").deletion_requested_at);
  EXPECT_EQ(send("PATCH", path, R"({"deletionPolicy":null})").status, 202U);
  EXPECT_EQ(send("DELETE", path).status, 202U);
  EXPECT_EQ(post(R"({"name":"kept","engine":"woocommerce","deletionPolicy":"Retain"})").status, 202U);
  EXPECT_EQ(stores_.stores.at("kept").spec.deletion_policy, DeletionPolicy::kRetain);
}

TEST_F(StoresRoutesTest, ARetainedStoreStaysUntilItsPolicyLetsItGo) {
  auto& store = ready_store("demo");
  store.spec.deletion_policy = DeletionPolicy::kRetain;
  store.spec.hosts = {"shop.example.com"};
  store.deletion_requested_at = store.created_at;  // by kubectl
  store.status.phase = Phase::kRetained;
  const auto path = std::string("/api/v1/stores/demo");
  EXPECT_EQ(string_or(body_of(get(path)), {"phase"}), "Retained");
  EXPECT_NE(get("/api/v1/stores").body.find("\"demo\""), std::string::npos) << "it is listed";
  EXPECT_EQ(code_of(post(R"({"name":"demo","engine":"woocommerce"})")), "NameTaken");
  EXPECT_EQ(code_of(post(R"({"name":"thief","engine":"woocommerce","hosts":["shop.example.com"]})")),
            "HostConflict");
  EXPECT_EQ(code_of(send("DELETE", path)), "DeletionProtected");
  for (const auto* method : {":wake", ":retry", ":resetAdminPassword", ":check", ":login"})
    EXPECT_EQ(code_of(send("POST", path + method)), "StoreRetained") << method;
  EXPECT_EQ(code_of(send("PATCH", path, R"({"title":"Other"})")), "StoreRetained");
  EXPECT_EQ(send("PATCH", path, R"({"deletionPolicy":"Delete"})").status, 202U);
  EXPECT_EQ(stores_.stores.at("demo").spec.deletion_policy, DeletionPolicy::kDelete);
}

TEST_F(StoresRoutesTest, AStoreThatWasJustProtectedIsNotDeleted) {
  auto& store = ready_store("demo");
  stores_.cached["demo"] = store;  // of before
  store.spec.deletion_policy = DeletionPolicy::kRetain;
  EXPECT_EQ(code_of(send("DELETE", "/api/v1/stores/demo")), "DeletionProtected");
  EXPECT_FALSE(stores_.stores.at("demo").deletion_requested_at);
  store.spec.deletion_policy = DeletionPolicy::kDelete;
  stores_.changes_before_removal = 2;
  EXPECT_EQ(send("DELETE", "/api/v1/stores/demo").status, 202U) << "its status was written meanwhile";
  EXPECT_TRUE(stores_.stores.at("demo").deletion_requested_at);
}

TEST_F(StoresRoutesTest, AStoreThatIsBeingDeletedIsNotChanged) {
  auto& store = ready_store("demo");
  store.deletion_requested_at = store.created_at;
  store.status.phase = Phase::kDeleting;
  const auto refused = send("PATCH", "/api/v1/stores/demo", R"({"deletionPolicy":"Retain"})");
  EXPECT_EQ(refused.status, 409U) << "it would not keep anything";
  EXPECT_EQ(code_of(refused), "Conflict");
}

TEST_F(StoresRoutesTest, AFailedChangeOfThePlanCanBeTakenBack) {
  auto& store = ready_store("demo");
  store.spec.plan = "large";
  store.status.releases = {{.engine_version = "1", .plan = "small", .values = {}}};
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"plan":"small"})").status, 422U)
      << "its volumes grow just now";
  store.status.failure =
      Failure{FailureCode::kReleaseFailed, "the class cannot expand volumes", store.created_at};
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"plan":"small"})").status, 202U);
}

TEST_F(StoresRoutesTest, RefusesChangesThatAStoreCannotFollow) {
  ready_store("demo").spec.plan = "large";
  const Refusal cases[] = {
      {R"({"plan":"small"})", 422, "VolumeSize", "/plan"},
      {R"({"plan":"huge"})", 422, "UnknownPlan", "/plan"},
      {R"({"engine":"medusa"})", 422, "Immutable", "/engine"},
      {R"({"name":"other"})", 422, "Immutable", "/name"},
      {R"({"sampleData":false})", 422, "Immutable", "/sampleData"},
      {R"({"deletionPolicy":"Keep"})", 422, "InvalidValues", "/deletionPolicy"},
      {R"({"deletionPolicy":"Retain","expiresAt":"2199-01-01T00:00:00Z"})", 422, "InvalidValues",
       "/expiresAt"},
      {R"({"asleep":"yes"})", 422, "InvalidValues", "/asleep"},
      {R"({"expiresAt":"2020-01-01T00:00:00Z"})", 422, "InvalidValues", "/expiresAt"},
      {R"({"expiresAt":"9999-01-01T00:00:00Z"})", 422, "InvalidValues", "/expiresAt"},
      {R"({"expiresAt":"tomorrow"})", 422, "InvalidValues", "/expiresAt"},
      {R"({"engineVersion":"3"})", 422, "UnknownVersion", "/engineVersion"},
      {R"({"adminEmail":"nobody"})", 422, "InvalidValues", "/adminEmail"},
  };
  for (const auto& refusal : cases) {
    const auto response = send("PATCH", "/api/v1/stores/demo", refusal.body);
    EXPECT_EQ(response.status, refusal.status) << refusal.body;
    EXPECT_EQ(code_of(response), refusal.code) << refusal.body;
    EXPECT_THAT(pointers_of(response), ElementsAre(refusal.pointer)) << refusal.body;
  }
  EXPECT_EQ(stores_.stores["demo"].generation, 1);
}

TEST_F(StoresRoutesTest, AnUpdateCanBeTiedToWhatWasRead) {
  ready_store("demo");
  const auto change = [&](std::string etag, const std::string& query = {}) {
    return send("PATCH", "/api/v1/stores/demo" + query, R"({"title":"New"})",
                {{"If-Match", std::move(etag)}});
  };
  EXPECT_EQ(code_of(change("\"uid-of-demo.7\"")), "PreconditionFailed");
  EXPECT_EQ(change("\"uid-of-demo.1\"", "?validateOnly=true").status, 200U);
  EXPECT_NE(stores_.stores["demo"].spec.title, "New");
  EXPECT_EQ(change("\"uid-of-demo.1\"").status, 202U);
  EXPECT_EQ(stores_.stores["demo"].spec.title, "New");
}

TEST_F(StoresRoutesTest, AnUpdateSeesWhatAnotherReplicaHasJustChanged) {
  auto& store = ready_store("demo");
  stores_.cached["demo"] = store;
  store.generation = 2;
  store.spec.plan = "large";
  EXPECT_EQ(
      send("PATCH", "/api/v1/stores/demo", R"({"title":"New"})", {{"If-Match", "\"uid-of-demo.1\""}}).status,
      412U)
      << "that is old, whatever the cache says";
  EXPECT_EQ(
      send("PATCH", "/api/v1/stores/demo", R"({"title":"New"})", {{"If-Match", "\"uid-of-demo.2\""}}).status,
      202U);
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"title":"Newer"})").status, 202U);
  EXPECT_EQ(store.spec.title, "Newer");
  EXPECT_EQ(store.spec.plan, "large") << "what the other replica changed stays";
  store.uid = "another";
  EXPECT_EQ(send("PATCH", "/api/v1/stores/demo", R"({"title":"Other"})").status, 412U);
  EXPECT_EQ(store.spec.title, "Newer");
}

TEST_F(StoresRoutesTest, ALoginLinkIsMadeForReadyStores) {
  ready_store("demo");
  const auto response = send("POST", "/api/v1/stores/demo:login");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(string_or(body_of(response), {"url"}), "http://demo.localhost/login?token=t");
  stores_.stores["demo"].spec.engine = "medusa";
  EXPECT_EQ(send("POST", "/api/v1/stores/demo:login").status, 422U);
  stores_.stores["demo"].status.phase = Phase::kPending;
  EXPECT_EQ(code_of(send("POST", "/api/v1/stores/demo:login")), "CredentialsNotReady");
  EXPECT_EQ(send("POST", "/api/v1/stores/nothing:login").status, 404U);
  EXPECT_EQ(send("GET", "/api/v1/stores/demo:login").status, 405U);
}

TEST_F(StoresRoutesTest, ACheckReportsEachStep) {
  ready_store("demo");
  check_.report.steps = {{.name = "cart", .duration = std::chrono::milliseconds(1500)},
                         {.name = "order", .outcome = CheckOutcome::kFailed, .message = "no payment"}};
  check_.report.leaves = {"order 7"};
  const auto response = send("POST", "/api/v1/stores/demo:check");
  EXPECT_EQ(response.status, 200U) << "the check ran; that it failed is its result";
  EXPECT_EQ(body_of(response), *parse_json(R"({"passed":false,"leaves":["order 7"],"steps":[
      {"name":"cart","outcome":"Passed","seconds":1.5E0},
      {"name":"order","outcome":"Failed","seconds":0E0,"message":"no payment"}]})"));
}

TEST_F(StoresRoutesTest, NobodyLogsInOrBuysWhereAStoreSleeps) {
  ready_store("demo");
  stores_.stores["demo"].spec.asleep = true;
  EXPECT_EQ(code_of(send("POST", "/api/v1/stores/demo:login")), "StoreAsleep");
  EXPECT_EQ(code_of(send("POST", "/api/v1/stores/demo:check")), "StoreAsleep");
  EXPECT_EQ(get("/api/v1/stores/demo/credentials").status, 200U) << "they are kept";
}

TEST_F(StoresRoutesTest, AnUnreachableClusterIs503WithRetryAfter) {
  stores_.failure = Error{ErrorCode::kUnavailable, "The API server does not answer."};
  for (const auto& response :
       {get("/api/v1/stores"), get("/api/v1/stores/demo"), send("DELETE", "/api/v1/stores/demo"),
        post(R"({"name":"demo","engine":"woocommerce"})")}) {
    EXPECT_EQ(response.status, 503U);
    EXPECT_EQ(code_of(response), "ClusterUnreachable");
    EXPECT_EQ(response.headers.get("Retry-After"), "2");
  }
}

}  // namespace
}  // namespace storefleet::api
