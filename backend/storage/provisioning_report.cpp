#include "storage/provisioning_report.hpp"

#include "storage/columns.hpp"

namespace storefleet::storage {
namespace {

/// The event of a store's first Ready is the only one of a phase that has a duration. Steps before it belong
/// to the creation, later ones to updates.
constexpr auto kDays =
    "WITH ready AS (SELECT store_uid, sequence, engine, duration_seconds AS seconds, "
    "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM events "
    "WHERE reason = 'PhaseChanged' AND duration_seconds IS NOT NULL AND at >= $1::timestamptz "
    "AND ($2 = '' OR engine = $2) "
    "AND ($3::jsonb IS NULL OR team_id IN (SELECT id FROM teams WHERE name IN "
    "(SELECT jsonb_array_elements_text($3::jsonb))))), "
    "totals AS (SELECT day, engine, count(*) AS count, "
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50, "
    "percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95 FROM ready GROUP BY day, engine), "
    "each_step AS (SELECT r.day, r.engine, e.subject, "
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY e.duration_seconds) AS p50 "
    "FROM ready r JOIN events e ON e.store_uid = r.store_uid AND e.sequence < r.sequence "
    "WHERE e.reason = 'StepFinished' AND e.duration_seconds IS NOT NULL GROUP BY r.day, r.engine, "
    "e.subject), "
    "steps AS (SELECT day, engine, jsonb_object_agg(subject, p50)::text AS steps FROM each_step "
    "GROUP BY day, engine) "
    "SELECT day, engine, count, p50, p95, coalesce(steps, '{}') FROM totals LEFT JOIN steps USING (day, "
    "engine) "
    "ORDER BY day DESC, engine";

ProvisioningDay day_of(const pqxx::row& row) {
  ProvisioningDay day{.day = row[0].as<std::string>(),
                      .engine = row[1].as<std::string>(),
                      .count = row[2].as<std::int64_t>(),
                      .p50_seconds = row[3].as<double>(),
                      .p95_seconds = row[4].as<double>(),
                      .step_p50_seconds = {}};
  const auto steps = parse_json(row[5].as<std::string>()).value_or(nullptr);
  for (const auto& [step, seconds] : object_at(steps, {})) {
    json::error_code error;
    const auto number = seconds.to_number<double>(error);
    if (!error) day.step_p50_seconds.emplace(step, number);
  }
  return day;
}

}  // namespace

Task<Result<std::vector<ProvisioningDay>>> PostgresProvisioningReport::days(ProvisioningQuery query) {
  return pool_.run_in_transaction(
      [query =
           std::move(query)](pqxx::transaction_base& transaction) -> Result<std::vector<ProvisioningDay>> {
        std::optional<std::string> teams;
        if (query.teams) teams = json::serialize(json::array(query.teams->begin(), query.teams->end()));
        std::vector<ProvisioningDay> days;
        for (const auto& row :
             transaction.exec_params(kDays, format_time(query.since), without_nul(query.engine), teams))
          days.push_back(day_of(row));
        return days;
      });
}

}  // namespace storefleet::storage
