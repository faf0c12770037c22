#include "operator/decisions/attempts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// How long a successful change may take to show in the watch caches before it is made again.
constexpr auto kShowsWithin = 1000ms;

}  // namespace

std::chrono::milliseconds retry_pause(ActionKind kind, int failures) {
  const bool probing = kind == ActionKind::kConfigureSite || kind == ActionKind::kProbeRoute;
  const std::chrono::milliseconds first = probing ? 40ms : 25ms;
  const std::chrono::milliseconds ceiling = probing ? 1000ms : 30'000ms;
  // Probes keep their quick rhythm for the first second: that is when the answer is about to come.
  const int doublings = probing ? std::max(0, failures - 15) : failures - 1;
  return std::min(ceiling, first * (1 << std::min(doublings, 12)));
}

std::chrono::milliseconds left_of(TimePoint since, std::chrono::milliseconds pause, TimePoint now) {
  if (now < since) return 0ms;
  return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(since + pause - now));
}

Next attempt(const Observed& observed, ActionKind kind, TimePoint now) {
  const auto found = observed.memory.attempts.find(kind);
  if (found == observed.memory.attempts.end()) return Action{kind};
  const auto& [failures, at, error] = found->second;
  const auto pause = failures > 0 ? retry_pause(kind, failures) : std::chrono::milliseconds(kShowsWithin);
  const auto left = left_of(at, pause, now);
  if (left == 0ms) return Action{kind};
  const auto why = failures > 0
                       ? fmt::format("{} is tried again: {}", to_string(kind), error ? error->message : "")
                       : fmt::format("{} is done, the watch will show it", to_string(kind));
  return Waiting{why, left};
}

}  // namespace storefleet::store_operator
