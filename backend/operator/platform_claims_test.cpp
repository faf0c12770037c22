#include "operator/platform_claims.hpp"

#include <gmock/gmock.h>

namespace storefleet::store_operator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

}  // namespace
}  // namespace storefleet::store_operator
