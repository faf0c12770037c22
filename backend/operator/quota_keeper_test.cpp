#include "operator/quota_keeper.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "operator/actions/testing.hpp"
#include "operator/watch/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// Keeps what it was rebuilt from.
class RebuiltLedger : public storefleet::testing::KeptLedger {
 public:
  Task<Result<void>> rebuild(std::vector<QuotaClaim> claims) override {
    if (error) co_return std::unexpected(*error);
    held = std::move(claims);
    co_return Result<void>{};
  }

  std::vector<QuotaClaim> held;
};

class QuotaKeeperTest : public storefleet::testing::CachesTest {
 protected:
  static json::object admitted(json::object store) {
    store["status"] = {
        {"conditions", json::array{json::object{{"type", kAdmittedCondition}, {"status", "True"}}}}};
    return store;
  }
  std::vector<std::string> rebuilt_with() {
    QuotaKeeper keeper(ledger_, *caches_, catalogue_);
    storefleet::testing::run(context_, keeper.rebuild());
    std::vector<std::string> names;
    for (const auto& claim : ledger_.held) names.push_back(claim.store_name);
    return names;
  }

  RebuiltLedger ledger_;
  engines::EngineCatalogue catalogue_{{tiny()}};
};

TEST_F(QuotaKeeperTest, TheLedgerGetsTheStoresThatWereAdmittedOrHaveANamespace) {
  cluster_->put(k8s::kStore, admitted(store("admitted", "uid-1", {{"team", "blue"}})));
  cluster_->put(k8s::kStore, store("made", "uid-2"));
  cluster_->put(k8s::kNamespace, store_namespace("made", "uid-2", "ns-2"));
  cluster_->put(k8s::kStore, store("waits", "uid-3"));
  fill();
  EXPECT_THAT(rebuilt_with(), UnorderedElementsAre("admitted", "made"));
  const auto blue = std::ranges::find(ledger_.held, "blue", &QuotaClaim::team);
  ASSERT_NE(blue, ledger_.held.end());
  EXPECT_EQ(blue->store_uid, "uid-1");
  EXPECT_EQ(blue->plan, "small");
  EXPECT_EQ(blue->storage_bytes, std::int64_t{2} << 30);
}

TEST_F(QuotaKeeperTest, APlaceOnceHeldStaysWhenAChangeIsRefused) {
  // Hosts are claimed only for what was admitted; its namespace waits for something else.
  cluster_->put(k8s::kStore, store("changed", "uid-1"));
  cluster_->put(k8s::kHostClaim, host_claim("changed.shops.test", "changed", "uid-1"));
  cluster_->put(k8s::kHostClaim, host_claim("others.shops.test", "others", "uid-2"));
  cluster_->put(k8s::kStore, store("waits", "uid-3"));
  fill();
  EXPECT_THAT(rebuilt_with(), UnorderedElementsAre("changed"));
}

TEST_F(QuotaKeeperTest, ALedgerThatIsAwayIsLeftToTheNextTime) {
  cluster_->put(k8s::kStore, admitted(store("admitted", "uid-1")));
  fill();
  ledger_.error = Error{ErrorCode::kUnavailable, "no database"};
  EXPECT_THAT(rebuilt_with(), IsEmpty());
  ledger_.error.reset();
  EXPECT_THAT(rebuilt_with(), UnorderedElementsAre("admitted"));
}

TEST_F(QuotaKeeperTest, EndsWhenItIsCancelled) {
  QuotaKeeper keeper(ledger_, *caches_, catalogue_);
  TaskScope scope(context_.get_executor());
  scope.spawn("keeper", keeper.run());
  scope.cancel();
  storefleet::testing::run(context_, scope.join());
  EXPECT_THAT(ledger_.held, IsEmpty());
}

}  // namespace
}  // namespace storefleet::store_operator
