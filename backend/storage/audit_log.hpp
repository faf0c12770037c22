#pragma once
#include "domain/accounts.hpp"
#include "domain/ports/audit_log.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// The audit log in PostgreSQL.
class PostgresAuditLog : public AuditLog {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresAuditLog(Pool& pool) : pool_(pool) {}

  Task<Result<void>> record(AuditEntry entry) override;
  Task<Result<std::int64_t>> begin(AuditEntry entry) override;
  Task<Result<void>> withdraw(std::int64_t id) override;
  Task<Result<void>> complete(std::int64_t id, AuditEntry entry) override;
  Task<Result<std::vector<AuditEntry>>> entries(AuditQuery query) override;
  Task<Result<std::size_t>> prune(TimePoint older_than, std::size_t batch) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
