#include "api/client_address.hpp"

#include <gtest/gtest.h>

namespace storefleet::api {
namespace {

TrustedProxies trusting(const std::vector<std::string>& networks) {
  return TrustedProxies::parse(networks).value();
}

TEST(TrustedProxiesTest, AreNetworksOfBothFamilies) {
  const auto trusted = trusting({"10.42.0.0/16", "fd00:1::/32", "192.0.2.7", "203.0.113.9/31"});
  const auto contains = [&](const char* address) {
    return trusted.contains(boost::asio::ip::make_address(address));
  };
  for (const auto* inside : {"10.42.0.0", "10.42.255.255", "fd00:1:ffff::", "192.0.2.7", "203.0.113.8"})
    EXPECT_TRUE(contains(inside)) << inside;
  for (const auto* outside : {"10.43.0.0", "10.41.255.255", "fd00:2::", "192.0.2.8", "203.0.113.10", "::1"})
    EXPECT_FALSE(contains(outside)) << outside;
  EXPECT_TRUE(trusting({"0.0.0.0/0"}).contains(boost::asio::ip::make_address("8.8.8.8")));
  EXPECT_FALSE(trusting({"0.0.0.0/0"}).contains(boost::asio::ip::make_address("2001:db8::1")));
}

TEST(TrustedProxiesTest, AWrongNetworkIsNamed) {
  for (const auto* text : {"", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/", "10.0.0.0/8x",
                           "10.0.0.0/-1", "kube-system", "fe80::1%1"}) {
    const auto parsed = TrustedProxies::parse({"10.0.0.0/8", text});
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find(text), std::string::npos);
  }
}

TEST(ClientAddressTest, IsTheRightmostOneThatIsNoTrustedProxy) {
  struct Case {
    std::string peer;
    std::vector<std::string> forwarded;  // one field each
    std::string expected;
  };
  const Case cases[] = {
      {"10.42.0.5", {}, "10.42.0.5"},
      {"10.42.0.5", {"203.0.113.1"}, "203.0.113.1"},
      {"10.42.0.5", {"198.51.100.9, 203.0.113.1"}, "203.0.113.1"},
      {"10.42.0.5", {"198.51.100.9", "203.0.113.1"}, "203.0.113.1"},
      {"10.42.0.5", {"203.0.113.1, 10.42.7.7,10.42.8.8"}, "203.0.113.1"},
      {"10.42.0.5", {"203.0.113.1", "10.42.7.7"}, "203.0.113.1"},
      {"10.42.0.5", {"10.42.1.1, 10.42.7.7"}, "10.42.1.1"},
      {"10.42.0.5", {"2001:db8::1"}, "2001:db8::1"},
      {"10.42.0.5", {"2001:DB8:0::1"}, "2001:db8::1"},
      {"10.42.0.5", {"::ffff:203.0.113.1"}, "203.0.113.1"},
      {"10.42.0.5", {"203.0.113.1, ::ffff:10.42.7.7"}, "203.0.113.1"},
      {"::ffff:10.42.0.5", {"203.0.113.1"}, "203.0.113.1"},
      {"fd00::5", {"203.0.113.1, fd00::6"}, "203.0.113.1"},
      // Not from a proxy of ours: nothing it says counts.
      {"203.0.113.99", {"198.51.100.9"}, "203.0.113.99"},
      {"203.0.113.99", {"10.42.0.5"}, "203.0.113.99"},
      {"fe80::1", {"198.51.100.9"}, "fe80::1"},
      // What is no address ends the walk.
      {"10.42.0.5", {"unknown"}, "10.42.0.5"},
      {"10.42.0.5", {""}, "10.42.0.5"},
      {"10.42.0.5", {"203.0.113.1,"}, "10.42.0.5"},
      {"10.42.0.5", {"198.51.100.9, nonsense, 10.42.7.7"}, "10.42.7.7"},
      {"10.42.0.5", {"203.0.113.1:4711"}, "10.42.0.5"},
      {"10.42.0.5", {"[2001:db8::1]"}, "10.42.0.5"},
      {"10.42.0.5", {"203.0.113.1 198.51.100.9"}, "10.42.0.5"},
      {"10.42.0.5", {"203.0.113.01"}, "10.42.0.5"},
      {"10.42.0.5", {"fe80::1%eth0"}, "10.42.0.5"},
      // A peer without an address, as where it has closed the connection already.
      {"", {"203.0.113.1"}, ""},
  };
  const auto trusted = trusting({"10.42.0.0/16", "fd00::/8"});
  for (const auto& one : cases) {
    http::Headers headers;
    for (const auto& field : one.forwarded) headers.add("x-forwarded-for", field);
    EXPECT_EQ(client_address(trusted, one.peer, headers), one.expected)
        << one.peer << " " << (one.forwarded.empty() ? "" : one.forwarded.front());
  }
}

TEST(ClientAddressTest, NobodyIsTrustedUnlessTold) {
  EXPECT_EQ(client_address({}, "10.42.0.5", {{"X-Forwarded-For", "203.0.113.1"}}), "10.42.0.5");
  EXPECT_EQ(client_address({}, "127.0.0.1", {{"X-Forwarded-For", "203.0.113.1"}}), "127.0.0.1");
}

TEST(AddressPrefixTest, OfIpv6SixtyFourBitsCount) {
  EXPECT_EQ(address_prefix("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_prefix("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::/64");
  EXPECT_EQ(address_prefix("2001:db8:1:2:ffff:ffff:ffff:ffff"), "2001:db8:1:2::/64");
  EXPECT_EQ(address_prefix("2001:db8:1:3::1"), "2001:db8:1:3::/64");
  EXPECT_EQ(address_prefix("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_prefix("unknown"), "unknown");
}

}  // namespace
}  // namespace storefleet::api
