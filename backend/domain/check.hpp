#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/limits.hpp"

namespace storefleet::inline domain {

enum class CheckOutcome { kPassed, kFailed, kSkipped };

std::string_view to_string(CheckOutcome outcome);

/// One request of an engine's script and how it went.
struct CheckStep {
  std::string name;
  CheckOutcome outcome = CheckOutcome::kPassed;
  std::chrono::milliseconds duration{0};
  CheckMessage message;  // why it failed or was left out
};

/// What a run of an engine's script against a store showed.
struct CheckReport {
  std::vector<CheckStep> steps;
  std::vector<std::string> leaves;  // what the run could not take back

  [[nodiscard]] bool passed() const { return first_failure() == nullptr; }
  [[nodiscard]] const CheckStep* first_failure() const;
};

}  // namespace storefleet::inline domain
