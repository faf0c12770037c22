#include "api/store_hosts.hpp"

#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"

namespace storefleet::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

class StoreHostsTest : public ApiTest {
 protected:
  /// A ready store of that team with that domain.
  void put(const std::string& name, const std::string& team, std::vector<std::string> hosts) {
    auto store = ready_store(name);
    store.spec.team = team;
    store.spec.hosts = std::move(hosts);
    stores_.change(name, store);
  }
  std::vector<std::string> family(std::string_view host) {
    std::vector<std::string> found;
    for (const auto& held : hosts_.family_of(host)) found.push_back(held.store_name + "/" + held.host);
    return found;
  }
  http::Response create_with(const std::string& host, const std::string& team = "default") {
    return post(
        json::serialize(json::object{{"name", "new"},
                                     {"engine", "woocommerce"},
                                     {"team", team},
                                     {"hosts", json::array{"first.example.org", json::string(host)}}}));
  }
};

TEST_F(StoreHostsTest, KnowsTheFamilyOfAHostAtEveryMoment) {
  put("anna", "blue", {"example.com", "shop.example.com"});
  put("bert", "red", {"a.shop.example.com", "myexample.com", "example.co"});
  EXPECT_THAT(family("shop.example.com"),
              UnorderedElementsAre("anna/shop.example.com", "anna/example.com", "bert/a.shop.example.com"));
  EXPECT_THAT(family("example.net"), ElementsAre());
  put("anna", "blue", {"shop.example.com"});
  EXPECT_THAT(family("www.shop.example.com"), ElementsAre("anna/shop.example.com"));
  auto leaving = stores_.stores["anna"];
  leaving.deletion_requested_at = leaving.created_at;
  stores_.change("anna", leaving);
  EXPECT_THAT(family("www.shop.example.com"), ElementsAre());
  stores_.change("bert", std::nullopt);
  EXPECT_THAT(family("example.com"), ElementsAre());
}

TEST_F(StoreHostsTest, AStoreGetsNoHostThatIsNotItsToHave) {
  put("anna", "blue", {"shop.example.com"});
  struct Row {
    std::string host;
    std::string code;
    std::string says;
  };
  const std::vector<Row> rows = {
      {"storefleet.localhost", "HostConflict", "belong to the platform"},
      {"victim.storefleet.localhost", "HostConflict", "belong to the platform"},
      {"new.storefleet.localhost", "HostConflict", "by its own name"},
      {"shop.example.com", "HostConflict", "another team's store"},
      {"example.com", "HostConflict", "a name below it"},
      {"www.shop.example.com", "HostConflict", "a name above it"},
      {"Shop.example.org", "InvalidValues", "lower case (shop.example.org)"},
      {"shop.example.org.", "InvalidValues", "dot at its end"},
      {"bücher.example", "InvalidValues", "xn--"},
      {"*.example.org", "InvalidValues", "wildcard"},
      {"10.0.0.1", "InvalidValues", "IP address"},
      {"localhost", "InvalidValues", "full name"},
      {"kubernetes.default.svc.cluster.local", "InvalidValues", "from outside"},
      {std::string(64, 'a') + ".example", "InvalidValues", "63"},
  };
  for (const auto& row : rows) {
    const auto response = create_with(row.host);
    EXPECT_EQ(response.status, 422U) << row.host;
    EXPECT_EQ(code_of(response), row.code) << row.host;
    EXPECT_THAT(pointers_of(response), ElementsAre("/hosts/1")) << row.host;
    EXPECT_THAT(string_or(body_of(response), {"detail"}), HasSubstr(row.says)) << row.host;
    EXPECT_FALSE(string_or(body_of(response), {"remedy"}).empty());
    EXPECT_THAT(response.body, Not(HasSubstr("anna"))) << "whose it is is that team's business";
    EXPECT_FALSE(stores_.stores.contains("new")) << row.host;
  }
  for (const auto* host : {"xn--bcher-kva.example", "other.example.com", "shop.localhost"}) {
    EXPECT_EQ(create_with(host).status, 202U) << host;
    stores_.change("new", std::nullopt);
  }
}

TEST_F(StoreHostsTest, AChangeIsJudgedByWhatItAdds) {
  put("anna", "default", {"shop.example.com"});
  put("bert", "default", {"shop.example.com"});  // who got it is for the operator to say
  const auto change = [&](const std::string& body) { return send("PATCH", "/api/v1/stores/bert", body); };
  EXPECT_EQ(change(R"({"title":"Other"})").status, 202U);
  EXPECT_EQ(change(R"({"hosts":["shop.example.com","www.shop.example.com"]})").status, 202U)
      << "of the same team";
  put("eve", "red", {"eve.example.com"});
  const auto refused = change(R"({"hosts":["eve.example.com"]})");
  EXPECT_EQ(code_of(refused), "HostConflict");
  EXPECT_THAT(pointers_of(refused), ElementsAre("/hosts/0"));
  EXPECT_EQ(code_of(change(R"({"hosts":["storefleet.localhost"]})")), "HostConflict");
}

TEST_F(StoreHostsTest, WhileTheStoresAreUnknownTheOperatorDecides) {
  stores_.failure = Error{ErrorCode::kUnavailable, "not read yet"};
  EXPECT_TRUE(hosts_.family_of("shop.example.com").empty());
  EXPECT_EQ(code_of(create_with("storefleet.localhost")), "HostConflict") << "this needs no store";
}

}  // namespace
}  // namespace storefleet::api
