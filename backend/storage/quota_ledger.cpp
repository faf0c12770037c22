#include "storage/quota_ledger.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pqxx/pqxx>

#include "base/json.hpp"
#include "base/random.hpp"
#include "storage/team_row.hpp"

namespace storefleet::storage {
namespace {

using Transaction = pqxx::transaction_base;

/// A place that a store has or has reserved.
struct Place {
  std::string id;
  std::string plan;
  std::int64_t storage_bytes = 0;
};

std::optional<Place> place_of(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return Place{.id = rows[0][0].as<std::string>(),
               .plan = rows[0][1].as<std::string>(),
               .storage_bytes = rows[0][2].as<std::int64_t>()};
}

std::optional<Place> held_place(Transaction& transaction, const std::string& uid) {
  if (uid.empty()) return std::nullopt;
  return place_of(
      transaction.exec_params("SELECT id, plan, storage_bytes FROM quota_places WHERE store_uid = $1", uid));
}

/// Also an expired one: as long as it is there, nobody else took the place.
std::optional<Place> reserved_place(Transaction& transaction, const QuotaClaim& claim,
                                    const std::string& reservation) {
  if (reservation.empty()) return std::nullopt;
  return place_of(
      transaction.exec_params("SELECT id, plan, storage_bytes FROM quota_places "
                              "WHERE id = $1 AND store_uid IS NULL AND store_name = $2 AND team = $3",
                              reservation, claim.store_name, claim.team));
}

/// What was reserved for a store that the controller has not admitted yet. By name, since whoever asks knows
/// no reservation: a second one of that name is of a request that will be told that the name is taken.
std::optional<Place> awaited_place(Transaction& transaction, const QuotaClaim& claim) {
  if (claim.store_uid.empty()) return std::nullopt;
  return place_of(
      transaction.exec_params("SELECT id, plan, storage_bytes FROM quota_places WHERE store_uid IS NULL "
                              "AND store_name = $1 AND team = $2 ORDER BY taken_at LIMIT 1",
                              claim.store_name, claim.team));
}

/// Whoever holds this lock is the only one that counts or takes places of the team.
Result<TeamQuota> lock_team(Transaction& transaction, const std::string& name) {
  const auto rows = transaction.exec_params(
      fmt::format("SELECT {} FROM teams WHERE name = $1 FOR UPDATE", team_columns()), name);
  if (rows.empty())
    return fail(ErrorCode::kNotFound, fmt::format("There is no team named '{}'.", name),
                Reason::kUnknownTeam);
  return team_of(rows[0]).quota;
}

std::unexpected<Error> exceeded(std::string message) {
  return fail(ErrorCode::kForbidden, std::move(message), Reason::kTeamQuotaExceeded);
}

std::string gibibytes(std::int64_t bytes) {
  constexpr double kGibibyte = 1024.0 * 1024 * 1024;
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / kGibibyte);
}

/// Whether the claim fits beside the places of others. What the store holds already counts for it: it may
/// keep its plan and take less whatever the quota has become.
Result<void> check_quota(Transaction& transaction, const TeamQuota& quota, const QuotaClaim& claim,
                         const std::optional<Place>& own) {
  const bool new_plan = !own || own->plan != claim.plan;
  if (new_plan && !quota.plans.empty() && std::ranges::find(quota.plans, claim.plan) == quota.plans.end())
    return exceeded(fmt::format("Team '{}' may not use the plan '{}'; allowed: {}.", claim.team, claim.plan,
                                fmt::join(quota.plans, ", ")));
  const auto used = transaction.exec_params1(
      "SELECT count(*), coalesce(sum(storage_bytes), 0)::bigint FROM quota_places "
      "WHERE team = $1 AND id <> $2",
      claim.team, own ? own->id : std::string());
  if (const auto stores = used[0].as<std::int64_t>(); !own && quota.stores && stores >= *quota.stores)
    return exceeded(fmt::format("Team '{}' has {} of the {} stores that it may have.", claim.team, stores,
                                *quota.stores));
  const auto storage = used[1].as<std::int64_t>();
  const bool more = !own || claim.storage_bytes > own->storage_bytes;
  if (more && quota.storage_bytes && storage + claim.storage_bytes > *quota.storage_bytes)
    return exceeded(fmt::format("Team '{}' uses {} of {} of storage; this store needs {}.", claim.team,
                                gibibytes(storage), gibibytes(*quota.storage_bytes),
                                gibibytes(claim.storage_bytes)));
  return {};
}

/// Under the lock of the team, whose quota it is.
Result<void> check_place(Transaction& transaction, const TeamQuota& quota, const QuotaClaim& claim,
                         const std::optional<Place>& own) {
  transaction.exec_params("DELETE FROM quota_places WHERE team = $1 AND expires_at < now() AND id <> $2",
                          claim.team, own ? own->id : std::string());
  return check_quota(transaction, quota, claim, own);
}

Result<void> take_place(Transaction& transaction, const QuotaClaim& claim, const std::string& reservation) {
  auto own = held_place(transaction, claim.store_uid);
  if (own && own->plan == claim.plan && own->storage_bytes == claim.storage_bytes) return {};
  const auto quota = lock_team(transaction, claim.team);
  if (!quota) return std::unexpected(quota.error());
  if (!own) own = reserved_place(transaction, claim, reservation);
  if (auto checked = check_place(transaction, *quota, claim, own); !checked) return checked;
  transaction.exec_params(
      "INSERT INTO quota_places (id, store_name, store_uid, team, plan, storage_bytes) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET store_uid = excluded.store_uid, "
      "plan = excluded.plan, storage_bytes = excluded.storage_bytes, expires_at = NULL, taken_at = now()",
      own ? own->id : claim.store_uid, claim.store_name, claim.store_uid, claim.team, claim.plan,
      claim.storage_bytes);
  return {};
}

Result<void> replace_places(Transaction& transaction, const std::string& claims) {
  transaction.exec_params(
      "WITH wanted AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(uid text, name text, team text, "
      "plan text, bytes bigint)), gone AS (DELETE FROM quota_places WHERE store_uid IS NOT NULL AND "
      "taken_at < now() - interval '1 minute' AND store_uid NOT IN (SELECT uid FROM wanted)) "
      "INSERT INTO quota_places (id, store_name, store_uid, team, plan, storage_bytes) "
      "SELECT uid, name, uid, team, plan, bytes FROM wanted ON CONFLICT (store_uid) DO NOTHING",
      claims);
  return {};
}

}  // namespace

Task<Result<std::string>> PostgresQuotaLedger::reserve(QuotaClaim claim) {
  return pool_.run_in_transaction(
      [claim = std::move(claim), id = random_base32(26)](Transaction& transaction) -> Result<std::string> {
        const auto quota = lock_team(transaction, claim.team);
        if (!quota) return std::unexpected(quota.error());
        // Where the answer to COMMIT was lost this is the second time.
        if (reserved_place(transaction, claim, id)) return id;
        if (const auto checked = check_place(transaction, *quota, claim, std::nullopt); !checked)
          return std::unexpected(checked.error());
        transaction.exec_params(
            "INSERT INTO quota_places (id, store_name, team, plan, storage_bytes, expires_at) "
            "VALUES ($1, $2, $3, $4, $5, now() + interval '10 minutes')",
            id, claim.store_name, claim.team, claim.plan, claim.storage_bytes);
        return id;
      });
}

Task<Result<void>> PostgresQuotaLedger::cancel(std::string reservation) {
  return pool_.run_in_transaction([id = std::move(reservation)](Transaction& transaction) -> Result<void> {
    transaction.exec_params("DELETE FROM quota_places WHERE id = $1 AND store_uid IS NULL", id);
    return {};
  });
}

Task<Result<void>> PostgresQuotaLedger::check(QuotaClaim claim) {
  return pool_.run_in_transaction([claim = std::move(claim)](Transaction& transaction) -> Result<void> {
    const auto quota = lock_team(transaction, claim.team);
    if (!quota) return std::unexpected(quota.error());
    auto own = held_place(transaction, claim.store_uid);
    if (!own) own = awaited_place(transaction, claim);
    return check_place(transaction, *quota, claim, own);
  });
}

Task<Result<void>> PostgresQuotaLedger::admit(QuotaClaim claim, std::string reservation) {
  return pool_.run_in_transaction(
      [claim = std::move(claim), reservation = std::move(reservation)](Transaction& transaction) {
        return take_place(transaction, claim, reservation);
      });
}

Task<Result<void>> PostgresQuotaLedger::release(std::string store_uid) {
  return pool_.run_in_transaction([uid = std::move(store_uid)](Transaction& transaction) -> Result<void> {
    transaction.exec_params("DELETE FROM quota_places WHERE store_uid = $1", uid);
    return {};
  });
}

Task<Result<void>> PostgresQuotaLedger::rebuild(std::vector<QuotaClaim> claims) {
  json::array wanted;
  for (const auto& claim : claims)
    wanted.push_back({{"uid", claim.store_uid},
                      {"name", claim.store_name},
                      {"team", claim.team},
                      {"plan", claim.plan},
                      {"bytes", claim.storage_bytes}});
  return pool_.run_in_transaction([text = json::serialize(wanted)](Transaction& transaction) {
    return replace_places(transaction, text);
  });
}

}  // namespace storefleet::storage
