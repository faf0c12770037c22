#include "cli/waiting.hpp"

#include <thread>

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/enum_names.hpp"
#include "cli/progress.hpp"

namespace storefleet::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// A replica of the API may not have heard yet what another one was just told.
constexpr std::chrono::milliseconds kReplicaLag{1000};

constexpr auto kGoals = enum_names<WaitGoal>(
    {{WaitGoal::kReady, "ready"}, {WaitGoal::kSleeping, "sleeping"}, {WaitGoal::kDeleted, "deleted"}});

CommandFailure store_failed(const std::string& name, const json::value& store) {
  CommandFailure failure{
      .code = ExitCode::kFailed,
      .message = fmt::format("The store '{}' failed: {}", name,
                             string_or(store, {"failure", "message"}, "no cause is known")),
      .next = fmt::format("storefleet events {}", name)};
  if (const auto code = string_at(store, {"failure", "code"})) failure.details.push_back("code: " + *code);
  if (const auto remedy = string_at(store, {"failure", "remedy"}))
    failure.details.push_back("remedy: " + *remedy);
  return failure;
}

CommandFailure store_gone(const Wait& wait) {
  return {
      .code = ExitCode::kNotFound,
      .message = fmt::format("The store '{}' was deleted before it was {}.", wait.name, to_string(wait.goal)),
      .next = fmt::format("storefleet events {}", wait.name)};
}

/// Nobody has asked for what is awaited.
CommandFailure otherwise(const Wait& wait) {
  const bool asleep = wait.goal == WaitGoal::kReady;
  return {
      .code = ExitCode::kConflict,
      .message = asleep ? fmt::format("The store '{}' sleeps: it is not ready before it is woken.", wait.name)
                        : fmt::format("The store '{}' is not to sleep.", wait.name),
      .next = fmt::format("storefleet {} {} --wait", asleep ? "wake" : "sleep", wait.name)};
}

CommandFailure timed_out(const Wait& wait, const json::value& store) {
  return {.code = ExitCode::kTimeout,
          .message = fmt::format("The store '{}' is not {} after {} s; it is {}. The work goes on.",
                                 wait.name, to_string(wait.goal),
                                 std::chrono::duration_cast<std::chrono::seconds>(wait.timeout).count(),
                                 string_or(store, {"phase"}, "of unknown phase")),
          .next = fmt::format("storefleet wait {} --for {}", wait.name, to_string(wait.goal))};
}

enum class Seen { kGoOn, kReached, kFailed, kOtherwise, kGone };

/// What one look at the store means. `store` is nullptr where it does not exist (any more).
Seen judge(const Wait& wait, const json::value* store) {
  const bool gone = store == nullptr || (!wait.uid.empty() && string_or(*store, {"uid"}) != wait.uid);
  if (wait.goal == WaitGoal::kDeleted) return gone ? Seen::kReached : Seen::kGoOn;
  if (gone) return Seen::kGone;
  const auto phase = string_or(*store, {"phase"});
  if (phase != "Deleting" && int_or(*store, {"observedGeneration"}, 0) < wait.generation) return Seen::kGoOn;
  if (phase == (wait.goal == WaitGoal::kSleeping ? "Sleeping" : "Ready")) return Seen::kReached;
  if (phase == "Degraded" && wait.generation > 1 && find_at(*store, {"failure"}) != nullptr)
    return Seen::kFailed;
  if (phase == "Failed") return Seen::kFailed;
  if (phase == "Deleting" || phase == "Retained") return Seen::kGone;
  return goal_of(*store) == wait.goal ? Seen::kGoOn : Seen::kOtherwise;
}

/// Creates take seconds: look often at first.
std::chrono::milliseconds pause_after(Clock::duration waited) {
  return waited < std::chrono::seconds(15) ? std::chrono::milliseconds(200) : std::chrono::milliseconds(1000);
}

}  // namespace

std::string_view to_string(WaitGoal goal) {
  return kGoals.name_of(goal);
}

WaitGoal goal_of(const json::value& store) {
  const bool leaving = find_at(store, {"deletionRequestedAt"}) != nullptr;
  if (leaving && string_or(store, {"deletionPolicy"}) != "Retain") return WaitGoal::kDeleted;
  return bool_or(store, {"asleep"}, false) ? WaitGoal::kSleeping : WaitGoal::kReady;
}

std::optional<WaitGoal> parse_wait_goal(std::string_view text) {
  return kGoals.value_of(text);
}

Outcome<json::value> wait_for(Session& session, Wait wait) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  Progress progress(session.environment);
  const auto started = Clock::now();
  json::value last;
  for (bool first = true;; first = false) {
    auto store = (*api)->get(store_path(wait.name));
    const bool missing = !store && store.error().code == ExitCode::kNotFound;
    if (!store && !missing && store.error().code != ExitCode::kUnreachable)
      return std::unexpected(store.error());
    if (missing && first && wait.uid.empty() && wait.goal != WaitGoal::kDeleted)
      return std::unexpected(store.error());
    if (store || missing) {
      auto seen = judge(wait, store ? &*store : nullptr);
      if (seen == Seen::kFailed && Clock::now() - started < wait.old_failure) seen = Seen::kGoOn;
      if (seen == Seen::kOtherwise && Clock::now() - started < kReplicaLag) seen = Seen::kGoOn;
      if (store && (seen != Seen::kReached || wait.goal != WaitGoal::kDeleted)) {
        last = *store;
        if (wait.uid.empty()) wait.uid = string_or(last, {"uid"});
        progress.show(last);
      }
      if (seen != Seen::kGoOn) progress.end();
      if (seen == Seen::kReached) return last;
      if (seen == Seen::kFailed) return std::unexpected(store_failed(wait.name, last));
      if (seen == Seen::kOtherwise) return std::unexpected(otherwise(wait));
      if (seen == Seen::kGone) return std::unexpected(store_gone(wait));
    }
    const auto waited = Clock::now() - started;
    if (waited >= wait.timeout) {
      progress.end();
      return std::unexpected(store ? timed_out(wait, last) : store.error());
    }
    std::this_thread::sleep_for(std::min<Clock::duration>(pause_after(waited), wait.timeout - waited));
  }
}

Outcome<std::chrono::milliseconds> read_timeout(const std::string& text) {
  if (const auto timeout = parse_duration(text)) return *timeout;
  return std::unexpected(
      CommandFailure{.code = ExitCode::kUsage,
                     .message = fmt::format("'{}' is no duration: write 500ms, 30s, 5m or 1h.", text),
                     .next = std::string(kGeneralHelp)});
}

}  // namespace storefleet::cli
