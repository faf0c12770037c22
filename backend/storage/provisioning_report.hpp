#pragma once
#include <vector>

#include "domain/platform.hpp"
#include "domain/ports/provisioning_report.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// How fast stores became ready, computed from the event log by the database. As long as the log is kept.
class PostgresProvisioningReport : public ProvisioningReport {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresProvisioningReport(Pool& pool) : pool_(pool) {}

  Task<Result<std::vector<ProvisioningDay>>> days(ProvisioningQuery query) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
