#pragma once
#include <optional>
#include <string>

#include "domain/ports/idempotency_keys.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// Idempotency keys in PostgreSQL. An answer is kept for a day; a reservation that nobody finished within a
/// minute (its replica died) may be taken over, so a request must end within that minute.
class PostgresIdempotencyKeys : public IdempotencyKeys {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresIdempotencyKeys(Pool& pool) : pool_(pool) {}

  Task<Result<std::optional<RememberedAnswer>>> reserve(std::string caller, std::string key,
                                                        std::string body_hash) override;
  Task<Result<void>> remember(std::string caller, std::string key, unsigned status,
                              std::string body) override;
  Task<Result<void>> forget(std::string caller, std::string key) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
