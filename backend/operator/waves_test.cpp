#include "operator/waves.hpp"

#include <utility>

#include <gmock/gmock.h>

#include "operator/decisions/testing.hpp"

namespace storefleet::store_operator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WavesTest : public ::testing::Test {
 protected:
  /// A store that serves by the release before.
  Observed store(const std::string& name) {
    auto observed = storefleet::testing::Scenario().ready().observed;
    observed.store.name = name;
    observed.store.status.phase = Phase::kReady;
    observed.store.status.ready_seconds = 2;
    observed.release->digest = 0xb0;
    observed.desired.values = {{"image", {{"reference", "shop:2"}}}};
    return observed;
  }

  /// "goes", "waits" or "free": it is nothing to the waves.
  std::string look(const Observed& observed) {
    const auto wave = waves_.wave_of(observed, observed.store.status, now_);
    if (!wave) return "free";
    reason_ = wave->held_by;
    return wave->held_by.empty() ? "goes" : "waits";
  }
  std::string look(const std::string& name) { return look(store(name)); }

  void becomes(const std::string& name, Phase phase, std::optional<FailureCode> failure = std::nullopt) {
    auto status = store(name).store.status;
    status.phase = phase;
    if (failure) status.failure = Failure{*failure, "why", {}};
    waves_.note(store(name).store, status);
  }

  std::vector<std::string> called() { return std::exchange(called_, {}); }

  Waves make() {
    return {{.at_once = 2},
            [this](const std::string& image) {
              EXPECT_EQ(image, "shop:2");
              return lacks_;
            },
            [this](const std::string& name) { called_.push_back(name); }};
  }

  TimePoint now_ = storefleet::testing::at({});
  std::optional<std::string> lacks_;
  std::vector<std::string> called_;
  std::string reason_;
  Waves waves_ = make();
};

TEST_F(WavesTest, OneStoreIsFirstAndThenAFewAtOnce) {
  EXPECT_EQ(look("a"), "goes");
  EXPECT_EQ(look("b"), "waits");
  EXPECT_EQ(look("c"), "waits");
  EXPECT_EQ(look("d"), "waits");
  EXPECT_EQ(look("a"), "goes") << "as long as it is not back";
  becomes("a", Phase::kUpdating);
  EXPECT_THAT(called(), IsEmpty());
  becomes("a", Phase::kReady);
  EXPECT_THAT(called(), ElementsAre("b", "c"));
  EXPECT_EQ(look("b"), "goes");
  EXPECT_EQ(look("c"), "goes");
  EXPECT_EQ(look("d"), "waits");
  becomes("c", Phase::kReady);
  EXPECT_THAT(called(), ElementsAre("d"));
  EXPECT_EQ(look("d"), "goes");
}

TEST_F(WavesTest, EnginesDoNotWaitForEachOther) {
  EXPECT_EQ(look("a"), "goes");
  auto other = store("b");
  other.store.spec.engine = "other";
  EXPECT_EQ(look(other), "goes");
}

TEST_F(WavesTest, OneThatDoesNotComeBackStopsTheOthersUntilItDoes) {
  EXPECT_EQ(look("a"), "goes");
  becomes("a", Phase::kReady);
  EXPECT_EQ(look("b"), "goes");
  EXPECT_EQ(look("c"), "goes");
  EXPECT_EQ(look("d"), "waits");
  becomes("b", Phase::kDegraded, FailureCode::kImagePullFailed);
  EXPECT_THAT(called(), ElementsAre("d")) << "its status says why";
  becomes("c", Phase::kReady);
  EXPECT_EQ(look("d"), "waits");
  EXPECT_THAT(reason_, HasSubstr("one did not come back"));
  EXPECT_EQ(waves_.numbers().at("tiny").stopped, 1U);
  EXPECT_EQ(look("b"), "goes") << "it may be mended by the next change";
  called();
  becomes("b", Phase::kReady);
  EXPECT_THAT(called(), ElementsAre("d"));
  EXPECT_EQ(look("d"), "goes");
}

TEST_F(WavesTest, AFailureThatMerelyGoesAwayDoesNotLetTheOthersGo) {
  EXPECT_EQ(look("a"), "goes");
  EXPECT_EQ(look("b"), "waits");
  becomes("a", Phase::kDegraded, FailureCode::kApplicationCrashed);
  called();
  becomes("a", Phase::kUpdating);
  EXPECT_THAT(called(), IsEmpty());
  EXPECT_EQ(look("b"), "waits");
}

TEST_F(WavesTest, OneWhoseTeamChangesItMeanwhileStopsNobody) {
  EXPECT_EQ(look("a"), "goes");
  EXPECT_EQ(look("b"), "waits");
  auto changed = store("a");
  changed.store.generation = 2;
  EXPECT_EQ(look(changed), "goes") << "a title is no other release";
  changed.desired.spec_digest = 0x52;
  EXPECT_EQ(look(changed), "free");
  EXPECT_THAT(called(), ElementsAre("b"));
  becomes("a", Phase::kDegraded, FailureCode::kReleaseFailed);
  EXPECT_EQ(look("b"), "goes");
}

TEST_F(WavesTest, WhatOnlyItsTeamCanMendStopsNobody) {
  EXPECT_EQ(look("a"), "goes");
  becomes("a", Phase::kDegraded, FailureCode::kHostConflict);
  EXPECT_EQ(waves_.numbers().at("tiny").stopped, 0U);
}

TEST_F(WavesTest, AnUpgradeThatWasCutShortIsHeldAsWell) {
  auto cut = store("a");
  cut.release->digest = 0;
  cut.store.status.phase = Phase::kUpdating;
  cut.store.status.conditions = {{std::string(kUpgradingCondition), true, "UnderWay", "", {}}};
  waves_.note(cut.store, cut.store.status);
  lacks_ = "The new image is not on every node yet.";
  EXPECT_EQ(look(cut), "waits") << "by another change that names an image which does not exist";
  lacks_.reset();
  EXPECT_EQ(look(cut), "goes");
}

TEST_F(WavesTest, AFewStoresSayThatTheirImageIsMissing) {
  lacks_ = "The new image is not on every node yet.";
  int told = 0;
  for (int i = 10; i < 40; ++i) {
    EXPECT_EQ(look("shop-" + std::to_string(i)), "waits");
    if (reason_ == *lacks_) ++told;
  }
  EXPECT_EQ(told, 10);
}

TEST_F(WavesTest, OneThatIsGoneOrPutToSleepStopsNobody) {
  for (const bool gone : {true, false}) {
    EXPECT_EQ(look("a"), "goes");
    EXPECT_EQ(look("b"), "waits");
    becomes("a", Phase::kDegraded, FailureCode::kImagePullFailed);
    called();
    if (gone)
      waves_.forget("a");
    else
      becomes("a", Phase::kSleeping);
    EXPECT_THAT(called(), ElementsAre("b"));
    EXPECT_EQ(look("b"), "goes");
    EXPECT_EQ(look("c"), "waits") << "nobody serves with the new release yet";
    waves_.forget("b");
    waves_.forget("c");
  }
}

TEST_F(WavesTest, TheNextLeaderKnowsFromTheStatusWhoIsUnderWay) {
  auto status = store("a").store.status;
  status.phase = Phase::kDegraded;
  status.failure = Failure{FailureCode::kApplicationCrashed, "why", {}};
  status.conditions = {{std::string(kUpgradingCondition), true, "UnderWay", "", {}}};
  waves_.note(store("a").store, status);
  EXPECT_EQ(look("b"), "waits");
  EXPECT_THAT(reason_, HasSubstr("one did not come back"));
  becomes("a", Phase::kReady);
  EXPECT_EQ(look("b"), "goes");
}

TEST_F(WavesTest, AnotherChangeAmidAWaveBeginsWithOneStoreAgain) {
  lacks_ = "The new image is not on every node yet.";
  for (const auto* name : {"a", "b"}) {
    auto status = store(name).store.status;
    status.phase = Phase::kUpdating;
    status.conditions = {{std::string(kUpgradingCondition), true, "UnderWay", "", {}}};
    waves_.note(store(name).store, status);
  }
  EXPECT_EQ(look("a"), "waits") << "a tag that does not exist takes nobody down";
  EXPECT_EQ(look("b"), "waits");
  lacks_.reset();
  EXPECT_EQ(look("a"), "goes");
  EXPECT_EQ(look("b"), "waits");
}

TEST_F(WavesTest, AnotherLeaderLetsThoseWaitThatWaited) {
  auto repaired = store("b");
  repaired.store.status.phase = Phase::kUpdating;
  repaired.store.status.conditions = {{std::string(kUpgradingCondition), false, "Waiting", "why", {}}};
  EXPECT_EQ(look("a"), "goes");
  waves_.note(repaired.store, repaired.store.status);
  EXPECT_EQ(look(repaired), "waits");
}

TEST_F(WavesTest, OneThatGoesIsHeldWhereItsImageGoesAway) {
  EXPECT_EQ(look("a"), "goes");
  lacks_ = "The new image is not on every node yet.";
  EXPECT_EQ(look("a"), "waits");
  auto held = store("a").store.status;
  held.conditions = {{std::string(kUpgradingCondition), false, "Waiting", "why", {}}};
  waves_.note(store("a").store, held);
  EXPECT_EQ(look("b"), "waits");
  lacks_.reset();
  EXPECT_EQ(look("b"), "waits") << "a has not come back by waiting";
  EXPECT_EQ(look("a"), "goes");
}

TEST_F(WavesTest, NobodyGoesBeforeTheImageIsOnTheNodes) {
  lacks_ = "The new image is on no node yet.";
  EXPECT_EQ(look("a"), "waits");
  EXPECT_EQ(reason_, *lacks_);
  lacks_.reset();
  waves_.look_again();
  EXPECT_THAT(called(), ElementsAre("a"));
  EXPECT_EQ(look("a"), "goes");
}

TEST_F(WavesTest, WhatTheOwnTeamChangesWaitsForNobody) {
  EXPECT_EQ(look("a"), "goes");
  auto own = store("b");
  own.desired.spec_digest = 0x52;
  for (const auto phase : {Phase::kReady, Phase::kUpdating, Phase::kDegraded}) {
    own.store.status.phase = phase;
    EXPECT_EQ(look(own), "free") << "also where the first try failed";
  }
}

TEST_F(WavesTest, ARecordOfAnOlderPlatformIsTakenForItsChange) {
  EXPECT_EQ(look("a"), "goes");
  auto old = store("b");
  old.release->spec = 0;
  old.store.status.releases = {{.engine_version = "1", .plan = old.store.spec.plan, .values = {}}};
  EXPECT_EQ(look(old), "waits");
  old.store.spec.plan = "another";
  EXPECT_EQ(look(old), "free") << "that is not what it served with";
}

TEST_F(WavesTest, OneThatSleepsIsUpToDateOrHasNoRecordIsNothingToThem) {
  EXPECT_EQ(look("a"), "goes");
  auto sleeping = store("b");
  sleeping.store.spec.asleep = true;
  EXPECT_EQ(look(sleeping), "free");
  auto upgraded = store("c");
  upgraded.release->digest = upgraded.desired.release_digest;
  EXPECT_EQ(look(upgraded), "free");
  auto tampered = store("d");
  tampered.release->digest = 0;
  EXPECT_EQ(look(tampered), "free");
  auto made = store("e");
  made.store.status.ready_seconds.reset();
  EXPECT_EQ(look(made), "free");
}

TEST_F(WavesTest, OneThatDidNotServeBeforeTakesItsTurnAndStopsNobody) {
  auto down = store("a");
  down.store.status.phase = Phase::kDegraded;
  EXPECT_EQ(look(down), "free");
  EXPECT_EQ(look("b"), "waits");
  becomes("a", Phase::kDegraded, FailureCode::kVolumeLost);
  EXPECT_EQ(look("b"), "waits") << "it may come back yet";
  EXPECT_EQ(waves_.numbers().at("tiny").stopped, 0U);
  now_ += std::chrono::minutes(3);
  EXPECT_EQ(look(down), "free") << "whatever keeps it, it has had its turn";
  EXPECT_THAT(called(), ElementsAre("b"));
  EXPECT_EQ(look("b"), "goes");
  EXPECT_EQ(look("c"), "waits") << "nobody has come back yet";
}

TEST_F(WavesTest, OneThatWasDownAndComesBackIsTheFirst) {
  auto down = store("a");
  down.store.status.phase = Phase::kDegraded;
  EXPECT_EQ(look(down), "free");
  EXPECT_EQ(look("b"), "waits");
  becomes("a", Phase::kReady);
  EXPECT_EQ(look("b"), "goes");
  EXPECT_EQ(look("c"), "goes");
}

TEST_F(WavesTest, OneThatIsPutBackMeanwhileGoesOnWaiting) {
  EXPECT_EQ(look("a"), "goes");
  EXPECT_EQ(look("b"), "waits");
  auto repaired = store("b");
  repaired.store.status.phase = Phase::kUpdating;
  EXPECT_EQ(look(repaired), "waits");
}

TEST_F(WavesTest, AWaitingStoreThatNeedsNothingMoreLeavesItsTurnToAnother) {
  EXPECT_EQ(look("a"), "goes");
  EXPECT_EQ(look("b"), "waits");
  EXPECT_EQ(look("c"), "waits");
  becomes("a", Phase::kReady);
  EXPECT_THAT(called(), ElementsAre("b", "c"));
  EXPECT_EQ(look("d"), "goes");
  auto changed = store("b");
  changed.desired.spec_digest = 0x52;
  EXPECT_EQ(look(changed), "free");
  EXPECT_THAT(called(), ElementsAre("c"));
}

TEST(PausedWavesTest, HoldEverybodyThatServes) {
  Waves waves(
      {.at_once = 2, .paused = true}, [](const auto&) { return std::optional<std::string>(); },
      [](const auto&) {});
  auto observed = storefleet::testing::Scenario().ready().observed;
  observed.release->digest = 0xb0;
  observed.store.status.phase = Phase::kReady;
  observed.store.status.ready_seconds = 2;
  const auto wave = waves.wave_of(observed, observed.store.status, storefleet::testing::at({}));
  ASSERT_TRUE(wave);
  EXPECT_THAT(wave->held_by, HasSubstr("paused"));
}

}  // namespace
}  // namespace storefleet::store_operator
