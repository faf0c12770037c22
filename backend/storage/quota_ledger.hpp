#pragma once
#include "domain/ports/quota_ledger.hpp"
#include "domain/quota.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// The ledger in PostgreSQL. The row of the team is locked while its places are counted.
class PostgresQuotaLedger : public QuotaLedger {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresQuotaLedger(Pool& pool) : pool_(pool) {}

  Task<Result<std::string>> reserve(QuotaClaim claim) override;
  Task<Result<void>> cancel(std::string reservation) override;
  Task<Result<void>> check(QuotaClaim claim) override;
  Task<Result<void>> admit(QuotaClaim claim, std::string reservation) override;
  Task<Result<void>> release(std::string store_uid) override;
  Task<Result<void>> rebuild(std::vector<QuotaClaim> claims) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
