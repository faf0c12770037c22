#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "cli/session.hpp"

namespace storefleet::cli {

enum class WaitGoal { kReady, kSleeping, kDeleted };
std::string_view to_string(WaitGoal goal);
/// What a change of that store comes to: one that is to sleep is never ready.
WaitGoal goal_of(const json::value& store);
/// Nothing where that is no goal: ready, sleeping or deleted.
std::optional<WaitGoal> parse_wait_goal(std::string_view text);

struct Wait {
  std::string name;
  std::string uid;              // of exactly this store; empty: the one that has the name now
  std::int64_t generation = 0;  // of the change whose effect is awaited; 0: the creation
  WaitGoal goal = WaitGoal::kReady;
  std::chrono::milliseconds timeout{300'000};
  std::chrono::milliseconds old_failure{0};  // a failure that is seen before counts for nothing
};

/// Polls until the goal is reached and returns the store as last seen (null where it was gone from the
/// start). Fails where the goal cannot be reached any more, or with kTimeout. A server that does not answer
/// for a moment is asked again until the time is up.
Outcome<json::value> wait_for(Session& session, Wait wait);

/// A --timeout, or what is wrong with it.
Outcome<std::chrono::milliseconds> read_timeout(const std::string& text);

}  // namespace storefleet::cli
