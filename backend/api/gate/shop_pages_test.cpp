#include "api/gate/shop_pages.hpp"

#include <gmock/gmock.h>

#include "api/testing/api_fixture.hpp"
#include "web/testing.hpp"

namespace storefleet::api {
namespace {

using testing::HasSubstr;
using testing::Not;

const PlatformHosts kTwo{.base_domain = "shops.example.net", .own_host = "fleet.example.com"};

TEST(ShopHosts, TheHostOfARequest) {
  const auto host = [](const char* header) { return host_of({{"Host", header}}); };
  EXPECT_EQ(host("Shop.Example.com:8080"), "shop.example.com");
  EXPECT_EQ(host("shop.example.com."), "shop.example.com");
  EXPECT_EQ(host("[::1]:80"), "::1");
  EXPECT_EQ(host("::1"), "::1");
  EXPECT_EQ(host("["), "");
  EXPECT_EQ(host_of({}), "");
}

TEST(ShopHosts, WhoseAHostIs) {
  const std::vector<std::string> strict = {"storefleet-api.storefleet-system.svc", "other.example.org"};
  for (const auto& own : {strict, std::vector<std::string>{}}) {
    for (const auto* host :
         {"fleet.example.com", "localhost", "storefleet-api", "", "127.0.0.1", "::1", "10.42.0.9",
          "192.168.49.2", "172.16.0.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"})
      EXPECT_EQ(place_of(host, kTwo, own), HostPlace::kPlatform) << host;
    for (const auto* host :
         {"shops.example.net", "demo.shops.example.net", "api.shops.example.net", "a.b.shops.example.net"})
      EXPECT_EQ(place_of(host, kTwo, own), HostPlace::kShop) << host;
  }
  EXPECT_EQ(place_of("other.example.org", kTwo, strict), HostPlace::kPlatform);
  for (const auto* host :
       {"shop.example.org", "203.0.113.10", "172.32.0.1", "2001:db8::1", "evil.localhost",
        "storefleet-api.storefleet-system.svc.example.org", "fleet.example.com.example.org"}) {
    EXPECT_EQ(place_of(host, kTwo, strict), HostPlace::kShop) << host;
    EXPECT_EQ(place_of(host, kTwo, {}), HostPlace::kAny) << host;
  }
  EXPECT_EQ(place_of("second.example.com",
                     {.base_domain = "shops.example.net", .other_hosts = {"second.example.com"}}, strict),
            HostPlace::kPlatform);
  const PlatformHosts inside{.base_domain = "shops.example.net", .own_host = "panel.shops.example.net"};
  EXPECT_EQ(place_of("panel.shops.example.net", inside, {}), HostPlace::kPlatform);
  EXPECT_EQ(place_of("storefleet.localhost", {.base_domain = "storefleet.localhost"}, {}),
            HostPlace::kPlatform);
}

class ShopPagesTest : public ApiTest {
 protected:
  ShopPagesTest() {
    auto awake = ready_store("awake");
    awake.spec.hosts = {"shop.example.com"};
    auto asleep = ready_store("asleep");
    asleep.spec.asleep = true;
    asleep.spec.hosts = {"dreams.example.com"};
    auto leaving = ready_store("leaving");
    leaving.deletion_requested_at = leaving.created_at;
    for (const auto& store : {awake, asleep, leaving}) stores_.change(store.name, store);
  }

  http::Response at(const std::string& host, http::Headers headers = {}, const std::string& target = "/",
                    const std::string& method = "GET") {
    headers.set("Host", host);
    if (!headers.contains("Accept")) headers.set("Accept", "*/*");
    headers.set("Authorization", "Bearer the-token");
    return handle(api_, {.method = method, .target = target, .headers = std::move(headers)});
  }
};

TEST_F(ShopPagesTest, AShopThatSleepsSaysSo) {
  for (const auto* host :
       {"asleep.storefleet.localhost", "ASLEEP.storefleet.localhost.:8080", "dreams.example.com"}) {
    const auto response = at(host, {{"Accept", "text/html"}});
    EXPECT_EQ(response.status, 503U) << host;
    EXPECT_EQ(response.headers.get("Retry-After"), "300");
    EXPECT_EQ(response.headers.get("X-Robots-Tag"), "noindex");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    EXPECT_THAT(response.body, HasSubstr("This shop is asleep"));
    EXPECT_THAT(response.body, Not(HasSubstr("refresh"))) << "nobody wakes it by looking";
  }
}

TEST_F(ShopPagesTest, AShopThatIsNotThereYetIsOnItsWay) {
  const auto response = at("awake.storefleet.localhost");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(response.headers.get("Retry-After"), "5");
  EXPECT_THAT(response.body, HasSubstr("http-equiv=\"refresh\""));
}

TEST_F(ShopPagesTest, UnknownHostsGetACalmPage) {
  for (const auto* host :
       {"none.storefleet.localhost", "leaving.storefleet.localhost", "a.awake.storefleet.localhost"}) {
    const auto response = at(host);
    EXPECT_EQ(response.status, 404U) << host;
    EXPECT_EQ(response.headers.get("Retry-After"), "");
    EXPECT_EQ(response.headers.get("X-Robots-Tag"), "noindex");
    EXPECT_THAT(response.body, HasSubstr("There is no shop at this address"));
    EXPECT_THAT(response.body, Not(HasSubstr(host))) << "nothing of the request is in the page";
  }
}

TEST_F(ShopPagesTest, ProgramsGetAProblem) {
  for (const auto& headers :
       {http::Headers{{"Accept", "application/json"}}, http::Headers{{"Content-Type", "application/json"}},
        http::Headers{{"Accept", ""}}}) {
    const auto response = at("asleep.storefleet.localhost", headers, "/wp-json/wc/v3/orders", "POST");
    EXPECT_EQ(response.status, 503U);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.headers.get("Retry-After"), "300");
    EXPECT_EQ(code_of(response), "StoreAsleep");
  }
  EXPECT_EQ(code_of(at("none.storefleet.localhost", {{"Accept", "application/json"}})), "NotFound");
  EXPECT_EQ(code_of(at("awake.storefleet.localhost", {{"Accept", "application/json"}})), "StoreNotServing");
}

TEST_F(ShopPagesTest, NothingOfThePlatformIsOnAShopsHost) {
  for (const auto* host : {"awake.storefleet.localhost", "asleep.storefleet.localhost",
                           "none.storefleet.localhost", "shop.example.com"})
    for (const auto* target : {"/", "/stores", "/docs", "/openapi.json", "/livez", "/readyz", "/version",
                               "/api/v1/me", "/api/v1/stores", "/api/v1/auth/login"})
      for (const auto* method : {"GET", "POST", "DELETE"}) {
        const auto response = at(host, {}, target, method);
        EXPECT_TRUE(response.status == 404 || response.status == 503) << host << target;
        EXPECT_FALSE(response.headers.contains("Set-Cookie"));
        EXPECT_THAT(response.body, HasSubstr("shop")) << host << target;
      }
}

TEST_F(ShopPagesTest, ThePlatformsOwnHostsAnswerAsEver) {
  for (const auto* host : {"storefleet.localhost", "storefleet.localhost:8080", "127.0.0.1:8080", "localhost",
                           "10.42.0.7", "storefleet-api.storefleet-system.svc"}) {
    EXPECT_EQ(at(host, {}, "/api/v1/stores").status, 200U) << host;
    EXPECT_EQ(at(host, {}, "/livez").status, 200U) << host;
  }
}

TEST_F(ShopPagesTest, WithHostsOfItsOwnItAnswersToNoOthers) {
  prometheus::Registry metrics;
  auto strict = dependencies(metrics);
  strict.own_hosts = {"fleet.example.org"};
  Api api(std::move(strict));
  const auto status = [&](const char* host) {
    return handle(api, {.target = "/livez", .headers = {{"Host", host}}}).status;
  };
  EXPECT_EQ(status("fleet.example.org"), 200U);
  EXPECT_EQ(status("storefleet.localhost"), 200U);
  EXPECT_EQ(status("127.0.0.1"), 200U);
  EXPECT_EQ(status("evil.example.org"), 404U);
  EXPECT_EQ(status("203.0.113.10"), 404U);
}

TEST_F(ShopPagesTest, ChangesOfStoresShowAtOnce) {
  EXPECT_EQ(at("dreams.example.com").status, 503U);
  auto store = stores_.stores["asleep"];
  store.spec.hosts = {"other.example.com"};
  store.spec.asleep = false;
  stores_.change("asleep", store);
  EXPECT_EQ(at("dreams.example.com", {}, "/livez").status, 200U)
      << "nobody's any more, and here any host will do";
  EXPECT_EQ(at("other.example.com").headers.get("Retry-After"), "5");
  stores_.change("asleep", std::nullopt);
  EXPECT_EQ(at("asleep.storefleet.localhost").status, 404U);
}

TEST_F(ShopPagesTest, WhileTheStoresAreUnknownNobodyIsToldThatHisShopIsNone) {
  stores_.failure = Error{ErrorCode::kUnavailable, "not read yet"};
  EXPECT_EQ(at("anything.storefleet.localhost").status, 503U);
  stores_.failure.reset();
  EXPECT_EQ(at("anything.storefleet.localhost").status, 404U);
}

}  // namespace
}  // namespace storefleet::api
