// What failed, and the devices that may try again: the part of PostgresLogins that slows guessing.
#include <algorithm>

#include <fmt/format.h>

#include "storage/columns.hpp"
#include "storage/logins.hpp"

namespace storefleet::storage {
namespace {

constexpr int kMostDevices = 20;  // of one user

/// Newest first. The index finds the newest `most` alone, however many there are.
std::vector<TimePoint> failures_of(pqxx::transaction_base& transaction, const std::string& key,
                                   std::size_t most) {
  std::vector<TimePoint> failures;
  if (key.empty()) return failures;
  const auto rows = transaction.exec_params(
      fmt::format("SELECT {} FROM failed_logins WHERE key = $1 AND at > now() - interval '15 minutes' "
                  "ORDER BY at DESC LIMIT $2",
                  as_time("at")),
      key, static_cast<std::int64_t>(most));
  for (const auto& row : rows) failures.push_back(read_time(row[0]));
  return failures;
}

void add_failure(pqxx::transaction_base& transaction, const std::string& key) {
  transaction.exec_params("INSERT INTO failed_logins (key, at) VALUES ($1, clock_timestamp())", key);
}

/// A few at a time: more than one try adds, so that what is old never heaps up.
void prune_failures(pqxx::transaction_base& transaction) {
  transaction.exec(
      "DELETE FROM failed_logins WHERE ctid = ANY (ARRAY(SELECT ctid FROM failed_logins "
      "WHERE at < now() - interval '1 hour' ORDER BY at LIMIT 20))");
}

void forget_newest(pqxx::transaction_base& transaction, const std::string& key) {
  transaction.exec_params(
      "DELETE FROM failed_logins WHERE ctid = ANY (ARRAY("
      "SELECT ctid FROM failed_logins WHERE key = $1 ORDER BY at DESC LIMIT 1))",
      key);
}

/// Tries of the same pair, address or trusted place wait for each other. Not those of a name: who guesses it
/// must not hold up its owner. All take the locks in the same order.
void lock_tries(pqxx::transaction_base& transaction, const LoginKeys& keys) {
  std::vector<std::string> locked{keys.address, keys.pair, keys.trusted};
  std::ranges::sort(locked);
  for (const auto& key : locked)
    if (!key.empty()) transaction.exec_params("SELECT pg_advisory_xact_lock(hashtext($1))", "login " + key);
}

LoginKeys storable(const LoginTry& login) {
  auto keys = keys_of(login);
  for (auto* key : {&keys.name, &keys.address, &keys.pair, &keys.trusted}) *key = without_nul(*key);
  return keys;
}

Result<LoginVerdict> judge_and_count(pqxx::transaction_base& transaction, const LoginKeys& keys) {
  lock_tries(transaction, keys);
  const RecentFailures failures{.name = failures_of(transaction, keys.name, kCountedFailuresOfName),
                                .address = failures_of(transaction, keys.address, kMostFailuresOfAddress),
                                .pair = failures_of(transaction, keys.pair, kMostFailuresOfPair),
                                .trusted = failures_of(transaction, keys.trusted, kMostFailuresOfPair)};
  const auto now = transaction.exec1(fmt::format("SELECT {}", as_time("clock_timestamp()")));
  const auto verdict = judge_login(keys, failures, read_time(now[0]));
  if (!verdict.allowed) return verdict;
  prune_failures(transaction);
  for (const auto& key : counted_keys(keys, verdict.standing)) add_failure(transaction, key);
  return verdict;
}

}  // namespace

Task<Result<int>> PostgresLogins::failures(std::string key) {
  return pool_.run_in_transaction(
      [key = without_nul(std::move(key))](pqxx::transaction_base& transaction) -> Result<int> {
        return static_cast<int>(failures_of(transaction, key, kMostFailuresOfAddress).size());
      });
}

Task<Result<void>> PostgresLogins::record_failure(std::vector<std::string> keys) {
  return pool_.run_in_transaction(
      [keys = std::move(keys)](pqxx::transaction_base& transaction) -> Result<void> {
        prune_failures(transaction);
        for (const auto& key : keys) add_failure(transaction, without_nul(key));
        return {};
      });
}

Task<Result<LoginVerdict>> PostgresLogins::begin_attempt(LoginTry login) {
  return pool_.run_in_transaction([keys = storable(login)](pqxx::transaction_base& transaction) {
    return judge_and_count(transaction, keys);
  });
}

Task<Result<void>> PostgresLogins::succeed(LoginTry login, TryStanding standing) {
  return pool_.run_in_transaction([keys = storable(login),
                                   standing](pqxx::transaction_base& transaction) -> Result<void> {
    const bool trusted = standing == TryStanding::kTrusted;
    transaction.exec_params("DELETE FROM failed_logins WHERE key = $1", trusted ? keys.trusted : keys.pair);
    forget_newest(transaction, keys.name);
    if (!trusted) forget_newest(transaction, keys.address);
    return {};
  });
}

Task<Result<void>> PostgresLogins::remember_device(std::string digest, std::string user_id,
                                                   TimePoint expires_at) {
  return pool_.run_in_transaction([digest = std::move(digest), user_id = std::move(user_id),
                                   expires_at](pqxx::transaction_base& transaction) -> Result<void> {
    transaction.exec_params(
        "INSERT INTO devices (digest, user_id, expires_at) VALUES ($1, $2, $3) "
        "ON CONFLICT (digest) DO UPDATE SET user_id = excluded.user_id, used_at = now(), "
        "expires_at = excluded.expires_at",
        digest, user_id, format_time(expires_at));
    transaction.exec_params(
        "DELETE FROM devices WHERE user_id = $1 AND (expires_at < now() OR digest IN "
        "(SELECT digest FROM devices WHERE user_id = $1 ORDER BY used_at DESC, digest OFFSET $2))",
        user_id, kMostDevices);
    return {};
  });
}

Task<Result<bool>> PostgresLogins::knows_device(std::string digest, std::string user_name) {
  return pool_.run_in_transaction([digest = std::move(digest), name = without_nul(std::move(user_name))](
                                      pqxx::transaction_base& transaction) -> Result<bool> {
    return !transaction
                .exec_params(
                    "SELECT 1 FROM devices d JOIN users u ON u.id = d.user_id "
                    "WHERE d.digest = $1 AND u.name = $2 AND d.expires_at > now()",
                    digest, name)
                .empty();
  });
}

}  // namespace storefleet::storage
