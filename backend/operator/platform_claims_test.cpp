#include "operator/platform_claims.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Claims = std::vector<std::pair<std::string, HostClaimView>>;
using Change = PlatformClaimChange;

const PlatformHosts kTwo{.base_domain = "shops.example.net", .own_host = "fleet.example.com"};
const HostClaimView kOurs{"uid-p", std::string(kPlatformClaimUid), std::string(kPlatformClaimName)};

TEST(PlatformClaims, HoldsItsOwnHostAndTheBaseDomain) {
  EXPECT_THAT(platform_claim_changes(kTwo, {}),
              ElementsAre(Change{"shops.example.net", {}}, Change{"fleet.example.com", {}}));
  EXPECT_THAT(platform_claim_changes({.base_domain = "one.test"}, {}), ElementsAre(Change{"one.test", {}}));
}

TEST(PlatformClaims, AtRestNothingIsDone) {
  const HostClaimView store{"uid-s", "uid-1", "demo"};
  EXPECT_THAT(platform_claim_changes(kTwo, {{"shops.example.net", kOurs},
                                            {"fleet.example.com", kOurs},
                                            {"demo.shops.example.net", store},
                                            {"shop.example.org", store}}),
              IsEmpty());
}

TEST(PlatformClaims, TakesBackWhatAStoreGotBeforeAndGivesUpWhatItNoLongerIs) {
  const HostClaimView thief{"uid-t", "uid-2", "thief"};
  const Claims claims = {
      {"fleet.example.com", thief}, {"old.example.net", kOurs}, {"shops.example.net", kOurs}};
  EXPECT_THAT(platform_claim_changes(kTwo, claims),
              ElementsAre(Change{"fleet.example.com", "uid-t"}, Change{"old.example.net", "uid-p"},
                          Change{"fleet.example.com", {}}));
}

/// The claims of a cluster, and what is sent to put them right.
class PlatformClaimsTest : public storefleet::testing::CachesTest {
 protected:
  void ensure() {
    fill();
    PlatformClaims claims(*client_, *caches_, kTwo);
    storefleet::testing::run(context_, claims.ensure());
  }
  /// "DELETE HOST UID", "POST HOST".
  [[nodiscard]] std::vector<std::string> sent() const {
    std::vector<std::string> lines;
    for (const auto& request : cluster_->requests) {
      const auto body = parse_json(request.body).value();
      if (request.method == "POST")
        lines.push_back("POST " + string_or(body, {"metadata", "name"}));
      else
        lines.push_back(fmt::format("{} {} {}", request.method,
                                    request.target.substr(request.target.rfind('/') + 1),
                                    string_or(body, {"preconditions", "uid"})));
    }
    return lines;
  }
  void refuse(unsigned status, const std::string& reason) {
    cluster_->on_request([status, reason](const http::Request&) {
      return http::Response{
          .status = status,
          .body = fmt::format(R"({{"kind":"Status","reason":"{}","message":"no"}})", reason)};
    });
  }
};

TEST_F(PlatformClaimsTest, MakesWhatIsMissingAsThePlatformsOwn) {
  ensure();
  EXPECT_THAT(sent(), ElementsAre("POST shops.example.net", "POST fleet.example.com"));
  const auto claim = parse_json(cluster_->requests[0].body).value();
  EXPECT_EQ(string_or(claim, {"spec", "storeUid"}), kPlatformClaimUid);
  EXPECT_EQ(string_or(claim, {"spec", "storeName"}), kPlatformClaimName);
}

TEST_F(PlatformClaimsTest, TakesAHostBackFromTheVeryClaimThatWasSeenBeforeItIsMade) {
  cluster_->put(k8s::kHostClaim, host_claim("fleet.example.com", "thief", "uid-2"));
  cluster_->put(k8s::kHostClaim, host_claim("shops.example.net", std::string(kPlatformClaimName),
                                            std::string(kPlatformClaimUid)));
  ensure();
  EXPECT_THAT(sent(),
              ElementsAre("DELETE fleet.example.com claim-fleet.example.com", "POST fleet.example.com"));
}

TEST_F(PlatformClaimsTest, WhatIsThereOrGoneAlreadyIsRight) {
  cluster_->put(k8s::kHostClaim, host_claim("fleet.example.com", "thief", "uid-2"));
  refuse(404, "NotFound");
  ensure();
  EXPECT_THAT(sent(), ElementsAre("DELETE fleet.example.com claim-fleet.example.com",
                                  "POST shops.example.net", "POST fleet.example.com"));
}

TEST_F(PlatformClaimsTest, OneThatCannotBePutRightKeepsNoOtherFromIt) {
  refuse(403, "Forbidden");
  ensure();
  EXPECT_THAT(sent(), ElementsAre("POST shops.example.net", "POST fleet.example.com"));
}

TEST_F(PlatformClaimsTest, AClaimThatSomebodyDeletesIsMadeAgain) {
  for (const auto* host : {"shops.example.net", "fleet.example.com"})
    cluster_->put(k8s::kHostClaim, host_claim(host, kPlatformClaimName, std::string(kPlatformClaimUid)));
  fill();
  PlatformClaims claims(*client_, *caches_, kTwo);
  TaskScope scope(context_.get_executor());
  scope.spawn("claims", claims.run());
  cluster_->remove(k8s::kHostClaim, {.name = "fleet.example.com"});
  EXPECT_TRUE(until([this] { return !sent().empty(); }));
  scope.cancel();
  storefleet::testing::run(context_, scope.join());
  EXPECT_THAT(sent(), ElementsAre("POST fleet.example.com"));
}

}  // namespace
}  // namespace storefleet::store_operator
