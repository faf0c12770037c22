#include "operator/decisions/diagnose.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "operator/decisions/facts.hpp"
#include "operator/decisions/retry.hpp"
#include "operator/decisions/steps.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// A pod whose volume is just being made cannot be scheduled either.
constexpr auto kSchedulingGrace = 15s;
/// A Deployment's condition, and a quota's use, may be those of a moment ago.
constexpr auto kUnmadeGrace = 10s;
constexpr int kCrashRestarts = 2;  // from here on a restart is no accident
/// Restarts of the Helm helper or the API server take a moment and are nobody's failure.
constexpr auto kRestartGrace = 10s;
/// A namespace with nothing left in it goes at its controller's second look, five seconds after the first.
constexpr auto kKeptGrace = 20s;
constexpr int kFailuresToReport = 3;  // of a Helm operation that may still succeed

bool image_failed(const PodView& pod) {
  return pod.waiting_reason == "ImagePullBackOff" || pod.waiting_reason == "ErrImagePull" ||
         pod.waiting_reason == "InvalidImageName" || pod.waiting_reason == "ErrImageNeverPull";
}

std::optional<StoreProblem> pod_problem(const Observed& observed, std::chrono::milliseconds waited) {
  for (const auto& pod : observed.pods) {
    if (pod.deleting) continue;
    if (image_failed(pod)) {
      return StoreProblem{FailureCode::kImagePullFailed,
                          fmt::format("Pod {}, container {}: {}: {}", pod.name, pod.waiting_container,
                                      pod.waiting_reason, pod.waiting_message)};
    }
    if (!pod.unschedulable.empty() && waited > kSchedulingGrace)
      return StoreProblem{
          volumes_bound(observed) ? FailureCode::kUnschedulable : FailureCode::kVolumeNotBound,
          fmt::format("Pod {}: {}", pod.name, pod.unschedulable)};
  }
  if (const auto* pod = crashed_pod(observed)) {
    auto message = fmt::format("Pod {}, container {}: restarted {} times, {}.", pod->name,
                               pod->crashed_container, pod->restarts, pod->last_exit);
    if (observed.memory.evidence_of == evidence_key(*pod) && !observed.memory.evidence.empty())
      message += " Last log lines:\n" + observed.memory.evidence;
    const auto code =
        pod->component == "database" ? FailureCode::kDatabaseNotReady : FailureCode::kApplicationCrashed;
    return StoreProblem{code, std::move(message)};
  }
  return std::nullopt;
}

/// A workload that a pod cannot be made for. A Deployment says so itself; of a StatefulSet only its quota
/// tells.
std::optional<StoreProblem> unmade_pod(const Observed& observed) {
  for (const auto& deployment : observed.deployments) {
    const auto& why = deployment.replica_failure;
    if (why.empty()) continue;
    const bool quota = why.contains("exceeded quota");
    return StoreProblem{quota ? FailureCode::kNamespaceQuotaExceeded : FailureCode::kApplicationNotReady,
                        fmt::format("Deployment {}: {}", deployment.name, why)};
  }
  for (const auto& set : observed.stateful_sets) {
    if (std::ranges::find(observed.pods, set.name, &PodView::stateful_set) != observed.pods.end()) continue;
    for (const auto& quota : observed.quotas)
      if (!quota.used_up.empty())
        return StoreProblem{FailureCode::kNamespaceQuotaExceeded,
                            fmt::format("StatefulSet {} has no pod, and ResourceQuota {} has no more {}.",
                                        set.name, quota.name, quota.used_up)};
  }
  return std::nullopt;
}

std::optional<StoreProblem> release_problem(const Observed& observed, std::chrono::milliseconds waited) {
  const auto* attempt = failed_attempt(
      observed, is_recorded(observed) ? ActionKind::kRepairRelease : ActionKind::kInstallRelease);
  if (attempt == nullptr) return std::nullopt;
  const bool hopeless = attempt->error->code == ErrorCode::kInvalidArgument;
  if (!hopeless && (attempt->failures < kFailuresToReport || waited <= kRestartGrace)) return std::nullopt;
  return StoreProblem{FailureCode::kReleaseFailed, attempt->error->message};
}

}  // namespace

std::chrono::milliseconds waited_for(const Observed& observed, StepName step, TimePoint now) {
  const auto* known = find_step(observed.store.status.steps, step);
  // A step that was done until now has only just opened again.
  if (known == nullptr || !known->started_at || known->state == StepState::kDone) return 0ms;
  auto begun = *known->started_at;
  if (const auto asked = retry_asked_at(observed.store); asked && *asked <= now)
    begun = std::max(begun, *asked);
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - begun);
}

const PodView* crashed_pod(const Observed& observed) {
  const PodView* found = nullptr;
  for (const auto& pod : observed.pods) {
    if (pod.deleting || pod.ready || pod.restarts < kCrashRestarts) continue;
    // Without a database the rest fails too: it is the cause.
    if (found == nullptr || pod.component == "database") found = &pod;
  }
  return found;
}

std::string evidence_key(const PodView& pod) {
  return fmt::format("{}/{}", pod.uid, pod.restarts);
}

bool wants_log(const Observed& observed) {
  const auto* pod = crashed_pod(observed);
  return pod != nullptr && observed.memory.evidence_of != evidence_key(*pod);
}

std::optional<StoreProblem> diagnose(const Observed& observed, StepName step, TimePoint now) {
  const auto waited = waited_for(observed, step, now);
  for (const auto& [kind, attempt] : observed.memory.attempts) {
    if (attempt.error && attempt.error->code == ErrorCode::kUnavailable && waited > kRestartGrace &&
        is_preparation(kind))
      return StoreProblem{FailureCode::kClusterUnreachable, attempt.error->message};
  }
  // Before the release is there, pods are those of the one before it.
  auto problem =
      step == StepName::kRelease ? release_problem(observed, waited) : pod_problem(observed, waited);
  if (problem) return problem;
  const bool pods_missing = step == StepName::kDatabase || step == StepName::kApplication;
  if (pods_missing && waited > kUnmadeGrace) problem = unmade_pod(observed);
  if (problem) return problem;
  const auto& row = making_step(step);
  if (waited > row.deadline) return row.late(observed, row);
  return std::nullopt;
}

std::optional<StoreProblem> diagnose_sleeping(const Observed& observed, TimePoint now) {
  const auto* release = find_step(observed.store.status.steps, StepName::kRelease);
  if (release == nullptr || !release->finished_at) return std::nullopt;
  auto begun = *release->finished_at;
  // The status that was read may still be that of the release before.
  const auto installed = observed.memory.attempts.find(ActionKind::kInstallRelease);
  if (installed != observed.memory.attempts.end()) begun = std::max(begun, installed->second.at);
  if (now - begun <= making_step(StepName::kRelease).deadline) return std::nullopt;
  return StoreProblem{FailureCode::kDeadlineExceeded,
                      "The store is to sleep, but this does not end:" + pods_summary(observed)};
}

std::optional<StoreProblem> diagnose_teardown(const Observed& observed, StepName step, TimePoint now) {
  const auto deadline = teardown_step(step).deadline;
  const auto waited = waited_for(observed, step, now);
  if (step == StepName::kDeleteNamespace && observed.ns && !observed.ns->kept_by.empty() &&
      waited > kKeptGrace)
    return StoreProblem{FailureCode::kNamespaceTerminating,
                        fmt::format("Namespace {} is kept: {}", observed.ns->name, observed.ns->kept_by)};
  if (waited <= deadline) return std::nullopt;
  std::string left;
  for (const auto& pod : observed.pods) left += " pod/" + pod.name;
  for (const auto& claim : observed.volume_claims) left += " persistentvolumeclaim/" + claim.name;
  for (const auto& volume : observed.volumes) left += " persistentvolume/" + volume.name;
  return StoreProblem{FailureCode::kDeadlineExceeded,
                      fmt::format("Step {} takes longer than {} s. Still there:{}.", to_string(step),
                                  deadline.count(), left.empty() ? " nothing that is watched" : left)};
}

}  // namespace storefleet::store_operator
