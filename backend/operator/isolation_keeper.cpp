#include "operator/isolation_keeper.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kProbeSelector = "app.kubernetes.io/component=isolation";
/// At the start of the platform the probe pod may come a little later than the controller; no failure is told
/// of.
constexpr int kTriesBeforeUnknown = 6;
constexpr std::chrono::milliseconds kFirstPause = 2s;
constexpr std::chrono::milliseconds kLongestPause = 60s;

bool is_ready(const json::value& pod) {
  return std::ranges::any_of(array_at(pod, {"status", "conditions"}), [](const json::value& condition) {
    return string_or(condition, {"type"}) == "Ready" && string_or(condition, {"status"}) == "True";
  });
}

LogLevel level_of(IsolationState state) {
  switch (state) {
    case IsolationState::kEnforced:
      return LogLevel::kInfo;
    case IsolationState::kNotEnforced:
      return LogLevel::kError;
    case IsolationState::kUnknown:
      break;
  }
  return LogLevel::kWarning;
}

}  // namespace

ProbePod find_probe_pod(const json::value& pods) {
  const auto& items = array_at(pods, {"items"});
  if (items.empty()) return {.address = {}, .instead = "there is none"};
  ProbePod found;
  for (const auto& pod : items) {
    const auto address = string_or(pod, {"status", "podIP"});
    if (is_ready(pod) && !address.empty() && !k8s::has_deletion_timestamp(pod))
      return {.address = address, .instead = {}};
    found.instead =
        fmt::format("{} is {} and not ready", k8s::meta_name(pod), string_or(pod, {"status", "phase"}));
  }
  return found;
}

k8s::ObjectName IsolationKeeper::record() const {
  return {.ns = options_.platform_namespace, .name = std::string(kIsolationConfigMap)};
}

Task<void> IsolationKeeper::recall(TimePoint now) {
  const auto object = co_await client_.get(k8s::kConfigMap, record());
  if (!object) co_return;
  const auto kept = parse_json(string_or(*object, {"data", kIsolationKey}));
  if (!kept) co_return;
  auto verdict = parse_isolation(*kept);
  // Cut off from looking for long, a leader cannot vouch for what was so once.
  const bool fresh =
      verdict.looked_at && *verdict.looked_at <= now && now - *verdict.looked_at < 2 * options_.interval;
  if (fresh || verdict.state == IsolationState::kNotEnforced) verdict_ = std::move(verdict);
}

Task<probes::IsolationFinding> IsolationKeeper::find_out() {
  k8s::ListOptions options{.label_selector = std::string(kProbeSelector), .limit = 20};
  const auto pods = co_await client_.list(k8s::kPod, options_.probe_namespace, std::move(options));
  if (!pods)
    co_return probes::IsolationFinding{IsolationState::kUnknown,
                                       fmt::format("The probe pod in namespace {} cannot be looked up: {}",
                                                   options_.probe_namespace, pods.error().message)};
  const auto pod = find_probe_pod(*pods);
  if (pod.address.empty())
    co_return probes::IsolationFinding{
        IsolationState::kUnknown,
        fmt::format("No probe pod runs in namespace {}: {}.", options_.probe_namespace, pod.instead)};
  const auto sight = co_await probe_.look(pod.address);
  co_return probes::judge(sight);
}

void IsolationKeeper::take(probes::IsolationFinding finding, TimePoint now) {
  const bool unknown = finding.state == IsolationState::kUnknown;
  unknown_in_a_row_ = unknown ? unknown_in_a_row_ + 1 : 0;
  // A pod that moves to another node is no news.
  if (unknown && unknown_in_a_row_ < kTriesBeforeUnknown && verdict_.looked_at) return;
  const bool changed = !verdict_.since || finding.state != verdict_.state;
  if (changed) {
    verdict_.since = now;
    log(level_of(finding.state), "network isolation",
        {{"state", std::string(to_string(finding.state))}, {"evidence", finding.evidence}});
  }
  verdict_.state = finding.state;
  verdict_.evidence = std::move(finding.evidence);
  verdict_.looked_at = now;
}

Task<void> IsolationKeeper::publish() {
  const auto text = json::serialize(isolation_json(verdict_));
  json::object object{{"data", {{kIsolationKey, text}}}};
  const auto published = co_await client_.apply(k8s::kConfigMap, record(), std::move(object));
  if (!published)
    log_warning("the verdict on network isolation was not kept", {{"error", published.error().message}});
}

Task<void> IsolationKeeper::look(TimePoint now) {
  auto finding = co_await find_out();
  const auto before = verdict_;
  take(std::move(finding), now);
  if (verdict_ != before) co_await publish();
}

std::chrono::milliseconds IsolationKeeper::pause() const {
  if (unknown_in_a_row_ == 0) return options_.interval;
  return std::min(kLongestPause, kFirstPause * (1 << std::min(unknown_in_a_row_ - 1, 6)));
}

std::optional<IsolationHold> IsolationKeeper::hold() const {
  if (!options_.required || verdict_.state == IsolationState::kEnforced) return std::nullopt;
  const bool settled =
      verdict_.state == IsolationState::kNotEnforced || unknown_in_a_row_ >= kTriesBeforeUnknown;
  return IsolationHold{
      .settled = settled,
      .why = verdict_.evidence.empty() ? "Network isolation has not been looked at yet." : verdict_.evidence};
}

Task<void> IsolationKeeper::run() {
  co_await recall(std::chrono::system_clock::now());
  bool go_on = true;
  while (go_on) {
    co_await look(std::chrono::system_clock::now());
    go_on = co_await sleep_for(pause());
  }
}

}  // namespace storefleet::store_operator
