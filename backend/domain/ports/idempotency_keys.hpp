#pragma once
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"

namespace storefleet::inline domain {

/// The remembered answer to a request that carried an Idempotency-Key.
struct RememberedAnswer {
  std::string body_hash;
  unsigned status = 0;  // 0: still in flight
  std::string body;
};

/// Idempotency keys, scoped by caller; kept for a day.
class IdempotencyKeys {
 public:
  virtual ~IdempotencyKeys() = default;
  /// Reserves the key. Nothing: it is now ours. A value: somebody used it before.
  virtual Task<Result<std::optional<RememberedAnswer>>> reserve(std::string caller, std::string key,
                                                                std::string body_hash) = 0;
  virtual Task<Result<void>> remember(std::string caller, std::string key, unsigned status,
                                      std::string body) = 0;
  virtual Task<Result<void>> forget(std::string caller, std::string key) = 0;
};

}  // namespace storefleet::inline domain
