#pragma once
#include <chrono>

#include "base/result.hpp"

namespace storefleet::k8s {

/// Whether this process may change the cluster now. Who may only for a time (the holder of a Lease) must not
/// when that is over, also where it has not noticed: it was stopped, or its machine slept. Asked right before
/// every write leaves.
class WriteFence {
 public:
  WriteFence() = default;
  WriteFence(const WriteFence&) = delete;
  WriteFence& operator=(const WriteFence&) = delete;
  virtual ~WriteFence() = default;

  /// How long a write that leaves now may take; an error where none may leave.
  [[nodiscard]] virtual Result<std::chrono::milliseconds> permit() const = 0;
  /// The most that permit() ever says: the API server is told to give a write up after this long, so that it
  /// does not finish late what nobody waits for.
  [[nodiscard]] virtual std::chrono::milliseconds longest() const = 0;
};

}  // namespace storefleet::k8s
