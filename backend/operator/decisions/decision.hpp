#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "domain/failure.hpp"
#include "domain/step.hpp"
#include "operator/watch/action_kind.hpp"

namespace storefleet::store_operator {

/// Something that keeps a store from being Ready, with its evidence.
struct StoreProblem {
  FailureCode code = FailureCode::kDeadlineExceeded;
  std::string message;
};

struct Action {
  ActionKind kind = ActionKind::kAddFinalizer;
};

/// Nothing to do until something changes in the cluster, or `at_most` has passed.
struct Waiting {
  std::string why;
  std::chrono::milliseconds at_most{0};
};

/// The store is what it should be.
struct Settled {};

/// Nothing can be done until a person changes the spec.
struct Blocked {};

using Next = std::variant<Action, Waiting, Settled, Blocked>;

struct Decision {
  StepName step = StepName::kHosts;  // the first step that is not done
  Next next;
  std::optional<StoreProblem> problem = std::nullopt;
};

}  // namespace storefleet::store_operator
