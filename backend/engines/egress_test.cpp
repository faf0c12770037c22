#include "engines/egress.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace storefleet::engines {
namespace {

bool blocked(std::string_view address) {
  return std::ranges::any_of(blocked_ranges(),
                             [&](const auto& range) { return covers(range.cidr, address); });
}

TEST(Egress, EveryRangeSaysWhy) {
  std::set<std::string_view> seen;
  for (const auto& range : blocked_ranges()) {
    EXPECT_FALSE(range.why.empty()) << range.cidr;
    EXPECT_TRUE(seen.insert(range.cidr).second) << range.cidr << " twice";
  }
}

TEST(Egress, WhatAStoreCouldHarmOthersAtIsBlocked) {
  for (const auto* address : {
           "0.0.0.0",
           "0.1.2.3",
           "10.0.0.1",
           "100.64.0.1",
           "100.127.255.255",
           "127.0.0.1",
           "168.63.129.16",
           "169.254.169.254",
           "169.254.20.10",
           "172.16.0.1",
           "172.31.255.255",
           "192.0.0.192",
           "192.0.2.1",
           "192.88.99.1",
           "192.168.1.1",
           "198.18.0.1",
           "198.19.255.255",
           "198.51.100.1",
           "203.0.113.1",
           "224.0.0.1",
           "239.255.255.250",
           "240.0.0.1",
           "255.255.255.255",
           "::",
           "::1",
           "::ffff:10.0.0.1",
           "::10.0.0.1",
           "64:ff9b::a9fe:a9fe",
           "64:ff9b:1::1",
           "100::1",
           "2001:0:1::1",
           "2001:db8::1",
           "2002:a00:1::1",
           "fd00:ec2::254",
           "fc00::1",
           "fe80::1",
           "fec0::1",
           "ff02::1",
       })
    EXPECT_TRUE(blocked(address)) << address;
}

TEST(Egress, ThePublicInternetIsNot) {
  for (const auto* address :
       {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "168.63.129.15", "168.63.129.17",
        "169.253.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
        "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2003::1", "2001:1::1"})
    EXPECT_FALSE(blocked(address)) << address;
}

TEST(Egress, CoversNothingThatIsNoAddress) {
  EXPECT_FALSE(covers("10.0.0.0/8", "shop.example.com"));
  EXPECT_FALSE(covers("10.0.0.0", "10.0.0.1"));
  EXPECT_FALSE(covers("10.0.0.0/8", "fd00::1"));
}

std::string rules_of(const PlatformSettings& settings) {
  return json::serialize(internet_egress(settings));
}

TEST(Egress, RangesOfTheValuesAddToTheFixedOnes) {
  PlatformSettings settings;
  settings.blocked_egress = {"8.8.8.8/32", "2606:4700::/32", "10.1.0.0/16", "fd00::/8", "10.0.0.0/8"};
  const auto text = rules_of(settings);
  EXPECT_NE(text.find(R"("8.8.8.8/32")"), std::string::npos);
  EXPECT_NE(text.find(R"("2606:4700::/32")"), std::string::npos);
  EXPECT_NE(text.find(R"("168.63.129.16/32")"), std::string::npos) << "the fixed ones stay";
  EXPECT_EQ(text.find("10.1.0.0/16"), std::string::npos) << "within 10.0.0.0/8";
  EXPECT_EQ(text.find("fd00::/8"), std::string::npos) << "within fc00::/7";
  EXPECT_EQ(text.find(R"("10.0.0.0/8")"), text.rfind(R"("10.0.0.0/8")")) << "once";
}

TEST(Egress, MailServersPortIsClosedUnlessAllowed) {
  PlatformSettings settings;
  const auto rules = internet_egress(settings);
  ASSERT_EQ(rules.size(), 1U);
  const auto& ports = array_at(rules.at(0), {"ports"});
  const auto open = [&](std::string_view protocol, std::int64_t port) {
    return std::ranges::any_of(ports, [&](const json::value& range) {
      return string_or(range, {"protocol"}) == protocol && int_or(range, {"port"}, 0) <= port &&
             port <= int_or(range, {"endPort"}, 0);
    });
  };
  EXPECT_FALSE(open("TCP", 25));
  for (const std::int64_t port : {1, 24, 26, 443, 465, 587, 65535}) EXPECT_TRUE(open("TCP", port)) << port;
  EXPECT_TRUE(open("UDP", 443)) << "HTTP/3";
  settings.allow_smtp = true;
  EXPECT_EQ(rules_of(settings).find("ports"), std::string::npos);
}

TEST(Egress, WhatTheValuesAllowIsARuleOfItsOwn) {
  PlatformSettings settings;
  settings.allowed_egress = {"10.20.0.5/32"};
  const auto rules = internet_egress(settings);
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(json::serialize(rules.at(1)), R"({"to":[{"ipBlock":{"cidr":"10.20.0.5/32"}}]})");
}

}  // namespace
}  // namespace storefleet::engines
