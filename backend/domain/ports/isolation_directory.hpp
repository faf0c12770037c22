#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/isolation.hpp"

namespace storefleet::inline domain {

/// Where to look the verdict up.
class IsolationDirectory {
 public:
  virtual ~IsolationDirectory() = default;
  virtual Task<Result<IsolationVerdict>> verdict() = 0;
};

}  // namespace storefleet::inline domain
