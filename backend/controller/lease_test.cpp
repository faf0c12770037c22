#include "controller/lease.hpp"

#include <gtest/gtest.h>

namespace storefleet::controller {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyTime at(int s) {
  return SteadyTime{} + seconds(1000 + s);
}

json::value lease(std::string_view holder, std::string_view renewed, std::string_view version,
                  int transitions = 3) {
  return json::object{{"metadata", json::object{{"resourceVersion", version}}},
                      {"spec", json::object{{"holderIdentity", holder},
                                            {"leaseDurationSeconds", 15},
                                            {"leaseTransitions", transitions},
                                            {"renewTime", renewed}}}};
}

TEST(Lease, DecidesByWhoHoldsItAndSinceWhenItIsUnchanged) {
  LeaseObservation none;
  EXPECT_EQ(decide_lease(none, "me", at(0)), LeaseAction::kCreate);
  const std::tuple<const char*, int, LeaseAction> cases[] = {
      {"me", 0, LeaseAction::kRenew},       {"me", 100, LeaseAction::kRenew},
      {"", 0, LeaseAction::kTakeOver},      {"other", 0, LeaseAction::kWait},
      {"other", 14, LeaseAction::kWait},    {"other", 15, LeaseAction::kTakeOver},
      {"other", 99, LeaseAction::kTakeOver}};
  for (const auto& [holder, now, action] : cases) {
    LeaseObservation observation;
    observation.update(lease(holder, "t1", "1"), at(0));
    EXPECT_EQ(decide_lease(observation, "me", at(now)), action) << holder << now;
  }
}

TEST(Lease, OnlyARenewalProlongsIt) {
  LeaseObservation observation;
  observation.update(lease("other", "t1", "1"), at(0));
  observation.update(lease("other", "t1", "2"), at(10));  // a label changed, say
  EXPECT_EQ(observation.resource_version, "2");
  EXPECT_EQ(decide_lease(observation, "me", at(15)), LeaseAction::kTakeOver);
  observation.update(lease("other", "t2", "3"), at(10));
  EXPECT_EQ(decide_lease(observation, "me", at(24)), LeaseAction::kWait);
  EXPECT_EQ(decide_lease(observation, "me", at(25)), LeaseAction::kTakeOver);
}

TEST(Lease, EveryTimeOfLeadershipHasItsOwnNumber) {
  const TimePoint now = *parse_time("2026-11-24T12:00:00.5Z");
  LeaseObservation none;
  const auto created = next_record(none, LeaseAction::kCreate, Standing::kCandidate, "me", seconds(15), now);
  EXPECT_GT(created.transitions, 100'000'000);
  EXPECT_LT(created.transitions, std::int64_t{1} << 31U);
  LeaseObservation held;
  held.update(lease("other", "t1", "1"), at(0));
  EXPECT_EQ(
      next_record(held, LeaseAction::kTakeOver, Standing::kCandidate, "me", seconds(15), now).transitions, 4);
  held.update(lease("me", "t1", "1"), at(0));
  EXPECT_EQ(next_record(held, LeaseAction::kRenew, Standing::kLeader, "me", seconds(15), now).transitions, 3);
  EXPECT_EQ(next_record(held, LeaseAction::kRenew, Standing::kCandidate, "me", seconds(15), now).transitions,
            4);
}

TEST(Lease, IsWrittenAsKubernetesReadsIt) {
  const TimePoint now = *parse_time("2026-11-24T12:00:00.5Z");
  EXPECT_EQ(format_micro_time(now), "2026-11-24T12:00:00.500000Z");
  LeaseObservation held;
  held.update(lease("other", "t1", "7"), at(0));
  const auto record =
      next_record(held, LeaseAction::kTakeOver, Standing::kCandidate, "me", milliseconds(1500), now);
  const auto object = format_lease(record, {"ns", "name"}, "7");
  EXPECT_EQ(k8s::meta_resource_version(object), "7");
  EXPECT_EQ(int_or(object, {"spec", "leaseDurationSeconds"}, 0), 2);
  EXPECT_EQ(parse_lease(object).holder, "me");
  EXPECT_EQ(parse_lease(object).renewed_at, "2026-11-24T12:00:00.500000Z");
}

}  // namespace
}  // namespace storefleet::controller
