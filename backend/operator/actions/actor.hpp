#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "operator/actions/tools.hpp"
#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// Performs the operator's actions (actions.hpp), one at a time for a store. One thread.
class Actor {
 public:
  explicit Actor(Tools tools) : tools_(tools) {}

  /// Notes in `observed.memory` what the cluster does not show by itself; `observed` must outlive the task.
  Task<Result<void>> act(ActionKind kind, Observed& observed);

 private:
  Tools tools_;
};

}  // namespace storefleet::store_operator
