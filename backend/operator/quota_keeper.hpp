#pragma once
#include "base/task.hpp"
#include "domain/ports/quota_ledger.hpp"
#include "domain/quota.hpp"
#include "engines/catalogue.hpp"
#include "operator/watch/caches.hpp"

namespace storefleet::store_operator {

/// Makes the ledger equal to the stores that exist, once a minute: gives back the place of a store that went
/// while the database was away, and gives one to a store that was admitted then. Runs on the leader alone;
/// what it refers to must outlive it.
class QuotaKeeper {
 public:
  QuotaKeeper(QuotaLedger& ledger, const ClusterCaches& caches, const engines::EngineCatalogue& catalogue)
      : ledger_(ledger), caches_(caches), catalogue_(catalogue) {}

  /// One pass. Call it when the caches are synced, before the first store is admitted.
  Task<void> rebuild();
  /// Until cancelled. Spawn it once.
  Task<void> run();

 private:
  QuotaLedger& ledger_;
  const ClusterCaches& caches_;
  const engines::EngineCatalogue& catalogue_;
};

}  // namespace storefleet::store_operator
