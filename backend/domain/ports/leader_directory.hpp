#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/platform.hpp"

namespace storefleet::inline domain {

/// Where to look up who leads.
class LeaderDirectory {
 public:
  virtual ~LeaderDirectory() = default;
  virtual Task<Result<Leader>> leader() = 0;
};

}  // namespace storefleet::inline domain
