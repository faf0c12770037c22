#include "domain/hosts.hpp"

#include <gmock/gmock.h>

namespace storefleet::inline domain {
namespace {

using testing::HasSubstr;
using testing::Not;

const PlatformHosts kLaptop{.base_domain = "storefleet.localhost"};
const PlatformHosts kProduction{.base_domain = "shops.example.net", .own_host = "fleet.example.com"};

std::string repeated(std::size_t count, char c) {
  return std::string(count, c);
}

/// A name of that many characters, made of labels that are long enough.
std::string name_of(std::size_t length) {
  std::string name = "example.com";
  while (name.size() + 64 <= length) name = repeated(63, 'a') + "." + name;
  if (name.size() < length) name = repeated(length - name.size() - 1, 'b') + "." + name;
  return name;
}

/// The reason that the host is refused for; empty where it is taken.
std::string refused(std::string_view host, const PlatformHosts& platform = kLaptop) {
  const auto checked = check_host(host, platform);
  return checked ? std::string() : std::string(to_string(checked.error().reason));
}

struct Refusal {
  std::string host;
  std::string reason;
  std::string says;
};

TEST(Hosts, DomainsOfMerchantsAreFine) {
  for (const auto& host :
       {std::string("shop.example.com"), std::string("example.com"), std::string("xn--bcher-kva.example"),
        std::string("1.example"), std::string("shop.localhost"), std::string("mystorefleet.localhost"),
        repeated(63, 'a') + ".example", name_of(253)})
    EXPECT_EQ(refused(host), "") << host;
}

TEST(Hosts, NobodyGetsWhatManyHaveNamesBelow) {
  for (const auto* suffix : {"co.uk", "com.br", "com.au", "github.io"})
    EXPECT_EQ(refused(suffix), "InvalidValues") << suffix;
  for (const auto* own : {"shop.co.uk", "example.com.br", "ann.github.io", "shop.test", "a.b.c.internal"})
    EXPECT_EQ(refused(own), "") << own;
}

TEST(Hosts, WhatIsNoDomainIsRefusedWithWhatToDo) {
  const std::vector<Refusal> rows = {
      {"", "InvalidValues", "empty"},
      {"shop", "InvalidValues", "full name"},
      {"localhost", "InvalidValues", "full name"},
      {"Shop.Example.com", "InvalidValues", "lower case (shop.example.com)"},
      {"shop.example.com.", "InvalidValues", "the dot at its end (shop.example.com)"},
      {".example.com", "InvalidValues", "between two of its dots"},
      {"shop..com", "InvalidValues", "between two of its dots"},
      {"*.example.com", "InvalidValues", "wildcard"},
      {"bücher.example", "InvalidValues", "xn--"},
      {"shop。example", "InvalidValues", "xn--"},
      {"10.0.0.1", "InvalidValues", "IP address"},
      {"127.1.0x7f", "InvalidValues", "IP address"},
      {"[::1]", "InvalidValues", "IP address"},
      {"fe80::1", "InvalidValues", "IP address"},
      {"shop.example.com:80", "InvalidValues", "port"},
      {"http://shop.example.com", "InvalidValues", "scheme"},
      {"shop.example.com/x", "InvalidValues", "path"},
      {"-a.example.com", "InvalidValues", "'-'"},
      {"a_b.example.com", "InvalidValues", "only a-z"},
      {"a b.example.com", "InvalidValues", "only a-z"},
      {"shop.example.com\n", "InvalidValues", "only a-z"},
      {repeated(64, 'a') + ".example", "InvalidValues", "63"},
      {name_of(254), "InvalidValues", "253"},
      {"a.b", "InvalidValues", "short"},
      {"kubernetes.default.svc", "InvalidValues", "'svc'"},
      {"kubernetes.default.svc.cluster.local", "InvalidValues", "'cluster.local'"},
      {"cluster.local", "InvalidValues", "'cluster.local'"},
      {"1.0.0.10.in-addr.arpa", "InvalidValues", "'arpa'"},
      {"shop.invalid", "InvalidValues", "'invalid'"},
  };
  for (const auto& row : rows) {
    const auto checked = check_host(row.host, kLaptop);
    ASSERT_FALSE(checked) << row.host;
    EXPECT_EQ(to_string(checked.error().reason), row.reason) << row.host;
    EXPECT_THAT(checked.error().message, HasSubstr(row.says)) << row.host;
    EXPECT_LT(checked.error().message.size(), 300U) << "bounded whatever was sent";
  }
  ASSERT_EQ(name_of(253).size(), 253U);
  ASSERT_EQ(name_of(254).size(), 254U);
}

TEST(Hosts, ThePlatformsNamesAreNobodyElses) {
  const std::vector<std::pair<std::string, const PlatformHosts*>> rows = {
      {"storefleet.localhost", &kLaptop},
      {"victim.storefleet.localhost", &kLaptop},
      {"api.storefleet.localhost", &kLaptop},
      {"a.b.storefleet.localhost", &kLaptop},
      {"fleet.example.com", &kProduction},
      {"below.fleet.example.com", &kProduction},
      {"example.com", &kProduction},
      {"shops.example.net", &kProduction},
      {"victim.shops.example.net", &kProduction},
      {"example.net", &kProduction},
  };
  for (const auto& [host, platform] : rows) EXPECT_EQ(refused(host, *platform), "HostConflict") << host;
  const PlatformHosts several{
      .base_domain = "a.example", .own_host = "b.example", .other_hosts = {"c.example.org"}};
  for (const auto* host : {"a.example", "b.example", "c.example.org", "x.c.example.org", "example.org"})
    EXPECT_EQ(refused(host, several), "HostConflict") << host;
  // Beside it is not below it.
  EXPECT_EQ(refused("other.example.com", kProduction), "");
  EXPECT_EQ(refused("myshops.example.net", kProduction), "");
}

TEST(Hosts, ANameBelongsToOneStoreAndItsFamilyToOneTeam) {
  const std::vector<HeldHost> held = {{"shop.example.com", "uid-1", "anna", "blue"}};
  const HostClaimant same_team{"uid-2", "blue"};
  const HostClaimant other_team{"uid-3", "red"};
  const HostClaimant not_made_yet{"", "red"};
  const auto says = [&](std::string_view host, const HostClaimant& who) {
    const auto checked = check_host(host, kLaptop, who, held);
    EXPECT_TRUE(checked || checked.error().reason == Reason::kHostConflict) << host;
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_THAT(says("shop.example.com", same_team), HasSubstr("store 'anna'"));
  EXPECT_THAT(says("shop.example.com", other_team), HasSubstr("another team's store"));
  EXPECT_THAT(says("shop.example.com", not_made_yet), HasSubstr("another team's store"));
  EXPECT_THAT(says("shop.example.com", other_team), Not(HasSubstr("anna"))) << "nor whose it is";
  EXPECT_THAT(says("example.com", other_team), HasSubstr("a name below it"));
  EXPECT_THAT(says("www.shop.example.com", other_team), HasSubstr("a name above it"));
  for (const auto* fine : {"example.com", "www.shop.example.com"}) EXPECT_EQ(says(fine, same_team), "");
  for (const auto* fine : {"other.example.com", "myshop.example.com", "example.net"})
    EXPECT_EQ(says(fine, other_team), "") << fine;
  EXPECT_EQ(says("shop.example.com", {"uid-1", "blue"}), "") << "its own";
}

TEST(Hosts, WhatIsBelowANameFollowsIt) {
  EXPECT_EQ(last_label_first("shop.example.com"), "com.example.shop.");
  for (const auto* host : {"", "a", "shop.example.com"})
    EXPECT_EQ(first_label_first(last_label_first(host)), host);
  EXPECT_TRUE(last_label_first("a.example.com").starts_with(last_label_first("example.com")));
  EXPECT_FALSE(last_label_first("myexample.com").starts_with(last_label_first("example.com")));
  EXPECT_FALSE(last_label_first("example-x.com").starts_with(last_label_first("example.com")));
}

TEST(Hosts, ADefaultAddressIsNeverThePlatforms) {
  const PlatformHosts inside{.base_domain = "shops.example.net", .own_host = "panel.eu.shops.example.net"};
  for (const auto* name : {"api", "www", "admin", "storefleet", "eu"}) {
    const auto checked = check_store_name(name, inside);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().reason, Reason::kInvalidName);
  }
  for (const auto* name : {"demo", "panel", "eu1"}) EXPECT_TRUE(check_store_name(name, inside)) << name;
  EXPECT_FALSE(check_store_name("panel", {.base_domain = "a.example", .own_host = "panel.a.example"}));
  EXPECT_EQ(store_host("demo", inside), "demo.shops.example.net");
}

TEST(Hosts, Names) {
  for (const auto* good : {"shop.example.com", "a.b", "xn--bcher-kva.example", "1.example"})
    EXPECT_TRUE(is_host_name(good)) << good;
  for (const auto* bad : {"", "localhost", "shop..com", "Shop.example.com", "10.0.0.1", "*.example.com",
                          "a.b.", "-a.b", "a-.b", "a_b.c", "shop.example.com:80", "a b.c"})
    EXPECT_FALSE(is_host_name(bad)) << bad;
}

}  // namespace
}  // namespace storefleet::inline domain
