#pragma once
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/platform.hpp"

namespace storefleet::inline domain {

/// Figures from the event log.
class ProvisioningReport {
 public:
  virtual ~ProvisioningReport() = default;
  /// Newest day first, then by engine. Unavailable while the database is away.
  virtual Task<Result<std::vector<ProvisioningDay>>> days(ProvisioningQuery query) = 0;
};

}  // namespace storefleet::inline domain
