#include "http/connection_table.hpp"

#include <gtest/gtest.h>

namespace storefleet::http {
namespace {

using Peer = ConnectionTable::Peer;
using Waiting = ConnectionTable::Waiting;

class ConnectionTableTest : public testing::Test {
 protected:
  ConnectionTable::Verdict open(const std::string& address, Peer peer = Peer::kClient) {
    now_ += std::chrono::seconds(1);
    return table_.open(address, peer, now_);
  }
  void wait(ConnectionTable::Id id, Waiting waiting) {
    now_ += std::chrono::seconds(1);
    table_.set_waiting(id, waiting, now_);
  }

  ConnectionTable table_{{.total = 6, .reserve = 2, .each = 3}};
  ConnectionTable::Clock::time_point now_;
};

TEST_F(ConnectionTableTest, AnAddressWithAllOfItsShareLosesItsLongestWait) {
  const auto first = open("10.0.0.1");
  const auto second = open("10.0.0.1");
  open("10.0.0.1");
  wait(*first.admitted, Waiting::kHalfway);
  wait(*second.admitted, Waiting::kHalfway);
  const auto fourth = open("10.0.0.1");
  EXPECT_TRUE(fourth.admitted);
  EXPECT_EQ(fourth.evicted, first.admitted);
  EXPECT_EQ(open("10.0.0.1").evicted, second.admitted) << "an evicted one is not evicted again";
  EXPECT_FALSE(open("10.0.0.2").evicted) << "another address has its own share";
  EXPECT_EQ(table_.evicted(), 2U);
}

TEST_F(ConnectionTableTest, HalfARequestGoesBeforeAKeptConnection) {
  const auto kept = open("10.0.0.1");
  const auto half = open("10.0.0.1");
  wait(*half.admitted, Waiting::kHalfway);
  open("10.0.0.1");
  EXPECT_EQ(open("10.0.0.1").evicted, half.admitted);
  EXPECT_EQ(open("10.0.0.1").evicted, kept.admitted);
}

TEST_F(ConnectionTableTest, WhatIsBeingAnsweredIsNeverCut) {
  for (int i = 0; i < 3; ++i) wait(*open("10.0.0.1").admitted, Waiting::kNo);
  const auto refused = open("10.0.0.1");
  EXPECT_FALSE(refused.admitted);
  EXPECT_FALSE(refused.evicted);
  EXPECT_EQ(table_.refused(), 1U);
}

TEST_F(ConnectionTableTest, WhereAllIsFullTheAddressWithMostLoses) {
  const auto most = open("10.0.0.1");
  open("10.0.0.1");
  open("10.0.0.2");
  open("10.0.0.3");
  const auto next = open("10.0.0.4");
  EXPECT_TRUE(next.admitted);
  EXPECT_EQ(next.evicted, most.admitted);
}

TEST_F(ConnectionTableTest, TheReserveIsForProxies) {
  for (const auto* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"})
    wait(*open(address).admitted, Waiting::kNo);
  EXPECT_FALSE(open("10.0.0.5").admitted);
  EXPECT_TRUE(open("10.9.0.1", Peer::kProxy).admitted);
  EXPECT_TRUE(open("10.9.0.1", Peer::kProxy).admitted);
  EXPECT_TRUE(open("10.9.0.1", Peer::kProxy).evicted) << "its own, which waits";
}

TEST_F(ConnectionTableTest, APlaceIsFreeWhenItsConnectionHasGone) {
  const auto first = open("10.0.0.1");
  const auto second = open("10.0.0.1");
  open("10.0.0.1");
  table_.close(*second.admitted);
  EXPECT_EQ(open("10.0.0.1").evicted, std::nullopt);
  EXPECT_EQ(open("10.0.0.1").evicted, first.admitted);
  EXPECT_EQ(table_.size(), 4U) << "an evicted one counts until it is closed";
  table_.close(*first.admitted);
  table_.close(*first.admitted);
  EXPECT_EQ(table_.size(), 3U);
}

TEST(AddressShareTest, AnIpv6CustomerHasOneShare) {
  EXPECT_EQ(address_share("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(address_share("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::/64");
  EXPECT_EQ(address_share("2001:db8:1:2::ffff"), address_share("2001:db8:1:2:1:2:3:4"));
  EXPECT_NE(address_share("2001:db8:1:3::1"), address_share("2001:db8:1:2::1"));
  EXPECT_EQ(address_share("nonsense"), "nonsense");
}

}  // namespace
}  // namespace storefleet::http
