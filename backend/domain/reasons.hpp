#pragma once
#include <optional>
#include <string_view>

#include "base/reason.hpp"
#include "domain/failure.hpp"
#include "domain/problem_code.hpp"

namespace storefleet::inline domain {

/// What a reason means to others: one row a reason.
struct ReasonMeaning {
  Reason reason = Reason::kNone;
  /// Of a store whose spec was refused for it; nothing: no spec is.
  std::optional<FailureCode> failure;
  /// Of an answer of the API; nothing: what its ErrorCode is called.
  std::optional<ProblemCode> problem;
  /// The field of a store that it is about (RFC 6901); empty: none.
  std::string_view pointer = {};
  /// What to do; empty: what goes with the ErrorCode.
  std::string_view remedy = {};
  /// When it may be different, in seconds; 0: as the ErrorCode says.
  int retry_after = 0;
};

const ReasonMeaning& meaning_of(Reason reason);

}  // namespace storefleet::inline domain
