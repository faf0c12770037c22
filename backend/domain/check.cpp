#include "domain/check.hpp"

#include <algorithm>

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kOutcomes = enum_names<CheckOutcome>({{CheckOutcome::kPassed, "Passed"},
                                                     {CheckOutcome::kFailed, "Failed"},
                                                     {CheckOutcome::kSkipped, "Skipped"}});

}  // namespace

std::string_view to_string(CheckOutcome outcome) {
  return kOutcomes.name_of(outcome);
}

const CheckStep* CheckReport::first_failure() const {
  const auto failed = std::ranges::find(steps, CheckOutcome::kFailed, &CheckStep::outcome);
  return failed == steps.end() ? nullptr : &*failed;
}

}  // namespace storefleet::inline domain
