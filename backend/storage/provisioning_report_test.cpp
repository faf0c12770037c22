#include "storage/provisioning_report.hpp"

#include <gmock/gmock.h>

#include "storage/directory.hpp"
#include "storage/history.hpp"
#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

class ProvisioningReportTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!server_) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    PostgresDirectory directory(*pool_);
    for (const auto* team : {"blue", "red"}) ASSERT_TRUE(run_to_end(directory.create_team({.name = team})));
    history_.emplace(*pool_);
    report_.emplace(*pool_);
  }

  /// A store that became ready at that time, its release step, and an update of it afterwards.
  void became_ready(const std::string& name, const std::string& team, const std::string& engine,
                    const std::string& time, double seconds, double release_seconds) {
    const auto event = [&](std::string reason, std::string subject, std::optional<double> duration) {
      return StoreEvent{.store_uid = "uid-" + name,
                        .store_name = name,
                        .team = team,
                        .at = parse_time(time).value(),
                        .source = "storefleet",
                        .reason = std::move(reason),
                        .subject = std::move(subject),
                        .duration_seconds = duration,
                        .engine = engine};
    };
    ASSERT_TRUE(run_to_end(history_->append(
        {event("StepFinished", "release", release_seconds), event("PhaseChanged", "", seconds),
         event("StepFinished", "release", 1000), event("PhaseChanged", "", std::nullopt)},
        1)));
  }

  std::vector<ProvisioningDay> days(ProvisioningQuery query) {
    query.since = parse_time("2026-11-20T00:00:00Z").value();
    return run_to_end(report_->days(std::move(query))).value();
  }

  std::optional<Pool> pool_;
  std::optional<PostgresHistory> history_;
  std::optional<PostgresProvisioningReport> report_;
};

TEST_F(ProvisioningReportTest, CountsFirstReadysByDayAndEngine) {
  became_ready("a", "blue", "medusa", "2026-11-24T23:59:59Z", 2, 0.5);
  became_ready("b", "blue", "medusa", "2026-11-24T00:00:00Z", 4, 1.5);
  became_ready("c", "red", "woocommerce", "2026-11-24T12:00:00Z", 9, 2);
  became_ready("d", "blue", "medusa", "2026-11-25T00:00:00Z", 3, 1);
  became_ready("old", "blue", "medusa", "2026-11-19T00:00:00Z", 99, 9);
  const auto all = days({});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].day, "2026-11-25");
  EXPECT_EQ(all[1].day, "2026-11-24");
  EXPECT_EQ(all[1].engine, "medusa");
  EXPECT_EQ(all[1].count, 2);
  EXPECT_DOUBLE_EQ(all[1].p50_seconds, 3);
  EXPECT_DOUBLE_EQ(all[1].p95_seconds, 3.9);
  EXPECT_THAT(all[1].step_p50_seconds, UnorderedElementsAre(Pair("release", 1.0)))
      << "steps of updates do not count";
  EXPECT_EQ(all[2].engine, "woocommerce");
}

TEST_F(ProvisioningReportTest, OnlyOfWhatMayBeSeen) {
  became_ready("a", "blue", "medusa", "2026-11-24T10:00:00Z", 2, 0.5);
  became_ready("b", "red", "woocommerce", "2026-11-24T10:00:00Z", 4, 1.5);
  EXPECT_EQ(days({.teams = std::vector<std::string>{"red"}}).size(), 1U);
  EXPECT_EQ(days({.teams = std::vector<std::string>{}}).size(), 0U);
  EXPECT_EQ(days({.engine = "medusa"}).size(), 1U);
  EXPECT_EQ(days({.engine = "medusa", .teams = std::vector<std::string>{"red"}}).size(), 0U);
}

}  // namespace
}  // namespace storefleet::storage
