#include "api/gate/planted_cookies.hpp"

#include <gmock/gmock.h>

#include "api/auth.hpp"

namespace storefleet::api {
namespace {

using testing::Contains;
using testing::IsEmpty;

TEST(PlantedCookiesTest, OfTwoWithOneNameNeitherCounts) {
  EXPECT_EQ(cookie_value({{"Cookie", "storefleet=a; other=b"}}, "storefleet"), "a");
  EXPECT_EQ(cookie_value({{"Cookie", "storefleet=planted; storefleet=mine"}}, "storefleet"), "");
  EXPECT_EQ(cookie_value({{"Cookie", "storefleet=a"}, {"Cookie", "storefleet=b"}}, "storefleet"), "");
  EXPECT_EQ(cookie_value({{"Cookie", "storefleet=a; storefleet=a"}}, "storefleet"), "")
      << "whoever plants it knows it";
  EXPECT_EQ(credential_of({{"Cookie", "storefleet=planted; storefleet=mine"}}).via, Via::kNobody);
}

TEST(PlantedCookiesTest, BrowsersThatTrustLocalhostBindTheCookieToTheHost) {
  const std::string chromium =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
  const std::string firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const std::string safari =
      "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
  struct Case {
    http::Headers headers;
    bool bound;
  };
  const Case cases[] = {
      {{{"Host", "storefleet.localhost"}, {"User-Agent", chromium}}, true},
      {{{"Host", "storefleet.localhost:8080"}, {"User-Agent", firefox}}, true},
      {{{"Host", "localhost:8080"}}, true},
      {{{"Host", "storefleet.localhost"}, {"User-Agent", safari}}, false},
      {{{"Host", "notlocalhost"}, {"User-Agent", chromium}}, false},
      {{{"Host", "platform.example.com"}, {"User-Agent", chromium}}, false},
      {{{"Host", "[::1]:8080"}, {"User-Agent", chromium}}, false},
      {{{"Host", "platform.example.com"}, {"X-Forwarded-Proto", "https"}, {"User-Agent", safari}}, true},
  };
  for (const auto& one : cases) EXPECT_EQ(binds_cookies(one.headers), one.bound) << one.headers.get("Host");
}

TEST(PlantedCookiesTest, ThePlainNameCountsForNothingWhereTheOtherIsKept) {
  const http::Headers planted{{"Host", "storefleet.localhost"}, {"Cookie", "storefleet=planted"}};
  EXPECT_EQ(credential_of(planted).via, Via::kNobody);
  const http::Headers both{{"Host", "storefleet.localhost"},
                           {"Cookie", "storefleet=planted; __Host-storefleet=mine"}};
  EXPECT_EQ(credential_of(both).digest, secret_digest("mine"));
}

TEST(PlantedCookiesTest, TheBrowserIsToldToForgetThem) {
  const http::Headers two{{"Host", "platform.shops.example.com:8080"},
                          {"Cookie", "storefleet=a; storefleet=b"}};
  const auto orders = forget_planted(two, "storefleet", "/api/v1/me?x=1");
  EXPECT_THAT(orders, Contains("storefleet=; Domain=shops.example.com; Path=/; Max-Age=0"));
  EXPECT_THAT(orders, Contains("storefleet=; Domain=platform.shops.example.com; Path=/api; Max-Age=0"));
  EXPECT_THAT(orders, Contains("storefleet=; Domain=example.com; Path=/api/v1/me; Max-Age=0"));
  for (const auto& order : orders) EXPECT_EQ(order.find("Domain=com"), std::string::npos) << order;
  EXPECT_THAT(forget_planted({{"Host", "a.b"}, {"Cookie", "storefleet=a"}}, "storefleet", "/"), IsEmpty());
  const http::Headers address{{"Host", "127.0.0.1:80"}, {"Cookie", "storefleet=a; storefleet=b"}};
  EXPECT_THAT(forget_planted(address, "storefleet", "/"), IsEmpty());
  const http::Headers odd{{"Host", "a.b;x"}, {"Cookie", "storefleet=a; storefleet=b"}};
  EXPECT_THAT(forget_planted(odd, "storefleet", "/"), IsEmpty());
}

}  // namespace
}  // namespace storefleet::api
