#pragma once
#include <chrono>

#include "base/task.hpp"
#include "domain/accounts.hpp"
#include "domain/ports/audit_log.hpp"

namespace storefleet::history {

/// Deletes old audit entries once an hour, in small batches. Runs on the leader alone. `audit` must outlive
/// it.
class AuditRetention {
 public:
  AuditRetention(AuditLog& audit, std::chrono::days keep) : audit_(audit), keep_(keep) {}

  /// Until cancelled. Spawn it once.
  Task<void> run();
  /// Deletes all entries that are older than `keep` at that time; returns how many. A failure ends it: the
  /// next pass goes on.
  Task<Result<std::size_t>> pass(TimePoint now);

 private:
  /// A pass, and what came of it in the log.
  Task<void> pass_now();

  AuditLog& audit_;
  std::chrono::days keep_;
};

}  // namespace storefleet::history
