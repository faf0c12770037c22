#pragma once
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/accounts.hpp"

namespace storefleet::inline domain {

/// What was done, by whom, from where. An entry is completed once, and never changed afterwards.
class AuditLog {
 public:
  virtual ~AuditLog() = default;
  virtual Task<Result<void>> record(AuditEntry entry) = 0;
  /// Records that something is about to be done, with what is known of it; its id. The entry says that the
  /// outcome is unknown until complete() has said it.
  virtual Task<Result<std::int64_t>> begin(AuditEntry entry) = 0;
  /// Takes back an entry that was begun: nothing was done.
  virtual Task<Result<void>> withdraw(std::int64_t id) = 0;
  /// How it ended: actor, subject, team, success and details of that entry.
  virtual Task<Result<void>> complete(std::int64_t id, AuditEntry entry) = 0;
  /// Newest first.
  virtual Task<Result<std::vector<AuditEntry>>> entries(AuditQuery query) = 0;
  /// Deletes entries from before that time, oldest first, at most `batch`; how many it were.
  virtual Task<Result<std::size_t>> prune(TimePoint older_than, std::size_t batch) = 0;
};

}  // namespace storefleet::inline domain
