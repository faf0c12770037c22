#include "storage/idempotency.hpp"

#include <pqxx/pqxx>

#include "base/random.hpp"

namespace storefleet::storage {
namespace {

using Remembered = std::optional<RememberedAnswer>;

/// `reservation` is new for each request: a repeat after a lost COMMIT answer finds its own row by it.
Result<Remembered> reserve_key(pqxx::transaction_base& transaction, const std::string& caller,
                               const std::string& key, const std::string& body_hash,
                               const std::string& reservation) {
  transaction.exec("DELETE FROM idempotency_keys WHERE reserved_at < now() - interval '1 day'");
  transaction.exec_params(
      "INSERT INTO idempotency_keys AS known (caller, key, body_hash, reservation) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (caller, key) DO UPDATE SET body_hash = excluded.body_hash, "
      "reservation = excluded.reservation, reserved_at = now() "
      "WHERE known.status = 0 AND known.reserved_at < now() - interval '1 minute'",
      caller, key, body_hash, reservation);
  const auto row = transaction.exec_params1(
      "SELECT reservation, body_hash, status, body FROM idempotency_keys WHERE caller = $1 AND key = $2",
      caller, key);
  if (row[0].as<std::string>() == reservation) return Remembered{};
  return Remembered{RememberedAnswer{.body_hash = row[1].as<std::string>(),
                                     .status = row[2].as<unsigned>(),
                                     .body = row[3].as<std::string>()}};
}

}  // namespace

Task<Result<Remembered>> PostgresIdempotencyKeys::reserve(std::string caller, std::string key,
                                                          std::string body_hash) {
  return pool_.run_in_transaction([caller = std::move(caller), key = std::move(key),
                                   body_hash = std::move(body_hash),
                                   reservation = random_base32(20)](pqxx::transaction_base& transaction) {
    return reserve_key(transaction, caller, key, body_hash, reservation);
  });
}

Task<Result<void>> PostgresIdempotencyKeys::remember(std::string caller, std::string key, unsigned status,
                                                     std::string body) {
  return pool_.run_in_transaction(
      [caller = std::move(caller), key = std::move(key), status,
       body = std::move(body)](pqxx::transaction_base& transaction) -> Result<void> {
        transaction.exec_params(
            "UPDATE idempotency_keys SET status = $3, body = $4 WHERE caller = $1 AND key = $2", caller, key,
            status, body);
        return {};
      });
}

Task<Result<void>> PostgresIdempotencyKeys::forget(std::string caller, std::string key) {
  return pool_.run_in_transaction([caller = std::move(caller), key = std::move(key)](
                                      pqxx::transaction_base& transaction) -> Result<void> {
    transaction.exec_params("DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2", caller, key);
    return {};
  });
}

}  // namespace storefleet::storage
