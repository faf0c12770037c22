#include "operator/decisions/summarize.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "operator/decisions/facts.hpp"
#include "operator/decisions/steps.hpp"

namespace storefleet::store_operator {
namespace {

/// There while the store is to delete itself within a week.
constexpr std::string_view kExpiringCondition = "Expiring";
/// There while a store that was deleted is kept.
constexpr std::string_view kRetainedCondition = "Retained";

Phase phase_of(const Observed& observed, const Decision& decision, const StoreStatus& previous) {
  // Nothing that is missing from sight ends it: while its namespace is looked for it is still retained.
  if (observed.store.is_retained() && !teardown_begun(observed)) return Phase::kRetained;
  if (observed.store.deletion_requested_at) return Phase::kDeleting;
  if (std::holds_alternative<Settled>(decision.next))
    return observed.store.spec.asleep ? Phase::kSleeping : Phase::kReady;
  const bool was_ready = previous.ready_seconds.has_value();
  if (decision.problem) return was_ready ? Phase::kDegraded : Phase::kFailed;
  if (!was_ready) return decision.step == StepName::kHosts ? Phase::kPending : Phase::kProvisioning;
  // Workloads that restart because of an update belong to it; others went down by themselves.
  const bool serving_step = decision.step == StepName::kDatabase || decision.step == StepName::kApplication ||
                            (decision.step == StepName::kRoute && !cut_off(observed).empty());
  return serving_step && previous.phase != Phase::kUpdating ? Phase::kDegraded : Phase::kUpdating;
}

std::vector<StepName> step_names(bool teardown) {
  std::vector<StepName> names;
  if (teardown) {
    std::ranges::transform(teardown_steps(), std::back_inserter(names), &TeardownStep::name);
  } else {
    std::ranges::transform(making_steps(), std::back_inserter(names), &MakingStep::name);
  }
  return names;
}

/// Steps in their order; what is done keeps its times, the first open one runs.
std::vector<Step> steps_of(const Observed& observed, const Decision& decision, const StoreStatus& previous,
                           TimePoint now) {
  const bool teardown = is_torn_down(observed);
  const auto names = step_names(teardown);
  const bool asleep = observed.store.spec.asleep && !teardown;
  const bool settled = std::holds_alternative<Settled>(decision.next) && !asleep;
  const auto current = std::ranges::find(names, decision.step);
  std::vector<Step> steps;
  // Where a step was too short to be seen running, or ran beside another: it began when the last one ended.
  TimePoint begun = now;
  if (const auto* first = find_step(previous.steps, names.front()); first != nullptr && first->started_at)
    begun = *first->started_at;
  for (auto it = names.begin(); it != names.end(); ++it) {
    const auto* known = find_step(previous.steps, *it);
    if (asleep && making_step(*it).needs_pods) {
      steps.push_back({.name = *it, .state = StepState::kSkipped});
      continue;
    }
    Step step = known != nullptr ? *known : Step{.name = *it};
    const bool done = settled || (teardown ? it < current : step_done(observed, *it));
    step.message.clear();
    if (done) {
      if (step.state != StepState::kDone) {
        step.started_at = step.started_at.value_or(begun);
        step.finished_at = now;
      }
      step.state = StepState::kDone;
      if (!step.finished_at) step.finished_at = now;  // somebody edited the status
      step.started_at = step.started_at.value_or(*step.finished_at);
      begun = std::max(begun, *step.finished_at);
    } else if (it == current) {
      if (!step.started_at || step.state == StepState::kDone) step.started_at = now;
      step.finished_at.reset();
      step.state = decision.problem ? StepState::kFailed : StepState::kRunning;
      if (decision.problem) {
        step.message = decision.problem->message;
      } else if (const auto* waiting = std::get_if<Waiting>(&decision.next)) {
        step.message = waiting->why;
      }
    } else if (step.state != StepState::kDone) {
      step.state = StepState::kPending;
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Condition condition(const StoreStatus& previous, std::string type, bool status, const std::string& reason,
                    const std::string& message, TimePoint now) {
  Condition result{std::move(type), status, reason, message, now};
  for (const auto& known : previous.conditions)
    if (known.type == result.type && known.status == result.status)
      result.last_transition = known.last_transition;
  return result;
}

Condition admission(const Observed& observed, const Decision& decision, const StoreStatus& previous,
                    TimePoint now) {
  const std::string type(kAdmittedCondition);
  if (admitted(observed)) return condition(previous, type, true, "WithinQuota", "", now);
  // A retained store keeps its place, and asks for none: what was said of it stays.
  const auto said = std::ranges::find(previous.conditions, type, &Condition::type);
  if (observed.store.is_retained() && said != previous.conditions.end()) return *said;
  const auto code = decision.problem ? decision.problem->code : FailureCode::kDeadlineExceeded;
  if (code == FailureCode::kTeamQuotaExceeded)
    return condition(previous, type, false, "QuotaExceeded", decision.problem->message, now);
  if (code == FailureCode::kUnknownTeam)
    return condition(previous, type, false, "UnknownTeam", decision.problem->message, now);
  return condition(previous, type, false, "Pending", "", now);
}

/// A person's time is not the platform's: the step that waited for one begins anew when the waiting is over.
void forget_waiting(StoreStatus& status, const Decision& decision, const StoreStatus& previous,
                    TimePoint now) {
  if (!previous.failure || !waits_for_person(previous.failure->code)) return;
  if (decision.problem && waits_for_person(decision.problem->code)) return;
  for (auto& step : status.steps) {
    const auto* known = find_step(previous.steps, step.name);
    if (known == nullptr || known->state != StepState::kFailed) continue;
    step.started_at = now;
    if (step.finished_at) step.finished_at = now;
  }
}

/// In which some step ran, from the moment that the controller first saw the store: steps may run side by
/// side.
double seconds_of_steps(const StoreStatus& status) {
  std::vector<std::pair<TimePoint, TimePoint>> spans;
  for (const auto& step : status.steps)
    if (step.started_at && step.finished_at) spans.emplace_back(*step.started_at, *step.finished_at);
  std::ranges::sort(spans);
  TimePoint::duration total{};
  TimePoint covered{};
  for (const auto& [start, end] : spans) {
    const auto begun = std::max(start, covered);
    if (end > begun) total += end - begun;  // else the clock was set back, or it is within another
    covered = std::max(covered, end);
  }
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(total).count()) / 1000.0;
}

/// Says a week and a day before that the store is to delete itself; nothing where it does not, or later.
std::optional<Condition> expiring(const Store& store, const StoreStatus& previous, TimePoint now) {
  const auto expires = expiry(store);
  if (!expires || store.deletion_requested_at || *expires - now > std::chrono::days(7)) return std::nullopt;
  const bool last_day = *expires - now <= std::chrono::days(1);
  return condition(
      previous, std::string(kExpiringCondition), true, last_day ? "WithinADay" : "WithinAWeek",
      fmt::format("The store deletes itself, with everything in it, at {}. Extend it if it is still "
                  "needed.",
                  format_time(*expires)),
      now);
}

/// Says that the platform wants another release of the store: not yet, or that it is being changed.
std::optional<Condition> upgrading(const Observed& observed, const StoreStatus& previous, bool at_rest,
                                   TimePoint now) {
  if (!observed.wave || (at_rest && !is_held(observed))) return std::nullopt;
  return condition(previous, std::string(kUpgradingCondition), !is_held(observed),
                   is_held(observed) ? "Waiting" : "UnderWay", observed.wave->held_by, now);
}

/// Says of a deleted store that it is kept, and how it goes.
Condition retained(const StoreStatus& previous, TimePoint now) {
  return condition(previous, std::string(kRetainedCondition), true, "DeletionPolicy",
                   "The store was deleted with deletionPolicy Retain: nothing of it is to run; its data, "
                   "name and place in the quota stay. Set deletionPolicy to Delete to let it go.",
                   now);
}

/// The last one that was Ready comes first; one more is kept for a rollback.
void remember_release(StoreStatus& status, const StoreSpec& spec) {
  ReleaseSpec served{.engine_version = status.engine_version, .plan = spec.plan, .values = spec.values};
  if (!status.releases.empty() && status.releases.front() == served) return;
  status.releases.insert(status.releases.begin(), std::move(served));
  if (status.releases.size() > 2) status.releases.pop_back();
}

}  // namespace

const Condition* find_condition(const StoreStatus& status, std::string_view type) {
  const auto found = std::ranges::find(status.conditions, type, &Condition::type);
  return found == status.conditions.end() ? nullptr : &*found;
}

bool waits_for_person(FailureCode code) {
  switch (code) {
    case FailureCode::kTeamQuotaExceeded:
    case FailureCode::kUnknownTeam:
    case FailureCode::kUnknownPlan:
    case FailureCode::kUnknownEngine:
    case FailureCode::kInvalidValues:
    case FailureCode::kHostConflict:
      return true;
    default:
      return false;
  }
}

StoreStatus summarize(const Observed& observed, const Decision& decision, const StoreStatus& previous,
                      TimePoint now) {
  StoreStatus status;
  status.phase = phase_of(observed, decision, previous);
  status.observed_generation = observed.store.generation;
  status.id = observed.identity.id;
  status.store_namespace = observed.identity.store_namespace;
  status.engine_version = observed.engine.versions.empty() ? "" : observed.engine.versions.front().version;
  if (!observed.store.spec.engine_version.empty()) status.engine_version = observed.store.spec.engine_version;
  if (is_held(observed)) status.engine_version = previous.engine_version;  // it serves by what it has
  if (!observed.spec_error) {
    status.url = observed.identity.url;
    status.admin_url = observed.identity.admin_url;
  }
  // A store that was asleep from its creation on is made when it wakes.
  const bool begins =
      previous.phase == Phase::kSleeping && !observed.store.spec.asleep && !previous.ready_seconds;
  status.steps = steps_of(observed, decision, begins ? StoreStatus{} : previous, now);
  forget_waiting(status, decision, previous, now);
  status.ready_seconds = previous.ready_seconds;
  if (status.phase == Phase::kReady && !status.ready_seconds) status.ready_seconds = seconds_of_steps(status);
  status.releases = previous.releases;
  if (status.phase == Phase::kReady && !is_held(observed)) remember_release(status, observed.store.spec);
  if (decision.problem) {
    const bool same = previous.failure && previous.failure->code == decision.problem->code;
    status.failure =
        Failure{decision.problem->code, decision.problem->message, same ? previous.failure->since : now};
  }
  const bool ready = status.phase == Phase::kReady;
  const bool at_rest = ready || status.phase == Phase::kSleeping ||
                       (status.phase == Phase::kRetained && std::holds_alternative<Settled>(decision.next));
  const auto reason =
      status.failure ? std::string(to_string(status.failure->code)) : std::string(to_string(status.phase));
  status.conditions.push_back(
      condition(previous, "Ready", ready, reason, status.failure ? status.failure->message : "", now));
  status.conditions.push_back(condition(previous, "Progressing", !at_rest && !status.failure, reason,
                                        at_rest ? "" : fmt::format("step {}", to_string(decision.step)),
                                        now));
  status.conditions.push_back(admission(observed, decision, previous, now));
  if (auto wave = upgrading(observed, previous, at_rest, now)) status.conditions.push_back(*std::move(wave));
  if (auto soon = expiring(observed.store, previous, now)) status.conditions.push_back(*std::move(soon));
  if (status.phase == Phase::kRetained) status.conditions.push_back(retained(previous, now));
  return status;
}

std::vector<StoreEvent> status_events(const Store& store, const StoreStatus& before, const StoreStatus& after,
                                      TimePoint now) {
  std::vector<StoreEvent> events;
  const auto add = [&](EventType type, std::string_view reason, const std::string& message,
                       std::string_view subject, std::optional<double> seconds, TimePoint at) {
    events.push_back({.sequence = 0,
                      .store_uid = store.uid,
                      .store_name = store.name,
                      .team = store.spec.team,
                      .at = at,
                      .type = type,
                      .source = "storefleet",
                      .reason = std::string(reason),
                      .message = message,
                      .subject = std::string(subject),
                      .duration_seconds = seconds,
                      .engine = store.spec.engine});
  };
  for (const auto& step : after.steps) {
    const auto* known = find_step(before.steps, step.name);
    const bool finished = step.state == StepState::kDone && step.started_at && step.finished_at;
    if (finished && (known == nullptr || known->state != StepState::kDone)) {
      const double seconds = std::chrono::duration<double>(*step.finished_at - *step.started_at).count();
      add(EventType::kNormal, to_string(EventReason::kStepFinished),
          fmt::format("Step {} took {:.3f} s.", to_string(step.name), seconds), to_string(step.name), seconds,
          *step.finished_at);
    }
  }
  const auto* expires = find_condition(after, kExpiringCondition);
  const auto* expired_before = find_condition(before, kExpiringCondition);
  if (expires != nullptr && (expired_before == nullptr || expired_before->reason != expires->reason))
    add(EventType::kWarning, to_string(EventReason::kExpiresSoon), expires->message, "", std::nullopt, now);
  if (const auto* kept = find_condition(after, kRetainedCondition);
      kept != nullptr && find_condition(before, kRetainedCondition) == nullptr)
    add(EventType::kWarning, to_string(EventReason::kRetained), kept->message, "", std::nullopt, now);
  const bool new_failure = after.failure && (!before.failure || before.failure->code != after.failure->code);
  if (new_failure)
    add(EventType::kWarning, to_string(after.failure->code), after.failure->message, "", std::nullopt, now);
  if (before.phase != after.phase) {
    add(EventType::kNormal, to_string(EventReason::kPhaseChanged),
        fmt::format("{} → {}.", to_string(before.phase), to_string(after.phase)), "",
        after.phase == Phase::kReady && !before.ready_seconds ? after.ready_seconds : std::nullopt, now);
  }
  return events;
}

}  // namespace storefleet::store_operator
