#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/check.hpp"
#include "domain/store.hpp"

namespace storefleet::inline domain {

/// Runs an engine's full order test.
class StoreCheck {
 public:
  virtual ~StoreCheck() = default;
  /// A failed step is a report, not an error. NotFound until the store has an admin account;
  /// InvalidArgument where the engine has no order test.
  virtual Task<Result<CheckReport>> check(Store store) = 0;
};

}  // namespace storefleet::inline domain
