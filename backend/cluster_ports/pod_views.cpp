#include "cluster_ports/pod_views.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "k8s/resource.hpp"

namespace storefleet::cluster_ports {
namespace {

constexpr std::string_view kDefaultContainer = "kubectl.kubernetes.io/default-container";
constexpr std::string_view kComponent = "app.kubernetes.io/component";

/// The larger, the better its log answers.
auto rank(const json::value& pod) {
  return std::tuple(!k8s::has_deletion_timestamp(pod), string_or(pod, {"status", "phase"}) == "Running",
                    string_or(pod, {"metadata", "creationTimestamp"}), string_or(pod, {"metadata", "name"}));
}

std::vector<std::string> container_names(const json::value& pod) {
  std::vector<std::string> names;
  for (const auto* kind : {"containers", "initContainers"})
    for (const auto& container : array_at(pod, {"spec", kind}))
      names.push_back(string_or(container, {"name"}));
  return names;
}

const json::value* container_status(const json::value& pod, std::string_view name) {
  for (const auto* kind : {"containerStatuses", "initContainerStatuses"})
    for (const auto& status : array_at(pod, {"status", kind}))
      if (string_or(status, {"name"}) == name) return &status;
  return nullptr;
}

/// Why there is no log; nothing where there is. As the kubelet sees it: a container that waits after a crash
/// has the log of the run that crashed.
std::optional<Error> no_log(const json::value& pod, const std::string& container, bool previous) {
  const auto* status = container_status(pod, container);
  const auto has = [status](std::initializer_list<std::string_view> path) {
    return status != nullptr && find_at(*status, path) != nullptr;
  };
  const bool ran_before = has({"lastState", "terminated"});
  if (previous && !ran_before)
    return Error{
        ErrorCode::kConflict,
        fmt::format("The container '{}' has run only once: there is no log before this one.", container),
        Reason::kContainerNotRunning};
  if (ran_before || has({"state", "running"}) || has({"state", "terminated"})) return std::nullopt;
  const auto why = status == nullptr ? std::string() : string_or(*status, {"state", "waiting", "reason"});
  return Error{ErrorCode::kConflict,
               fmt::format("The container '{}' has not started yet{}.", container,
                           why.empty() ? "" : fmt::format(" ({})", why)),
               Reason::kContainerNotRunning};
}

}  // namespace

Result<LogSource> choose_log(const json::array& pods, const LogQuery& query) {
  const auto pod = std::ranges::max_element(pods, {}, rank);
  if (pod == pods.end())
    return fail(ErrorCode::kConflict, fmt::format("There is no pod of '{}'.", query.component),
                Reason::kNoPod);
  const auto names = container_names(*pod);
  if (names.empty()) return fail(ErrorCode::kInternal, "a pod has no containers");
  auto container = query.container;
  if (container.empty())
    container = std::string(k8s::meta_annotation(*pod, kDefaultContainer).value_or(names.front()));
  if (std::ranges::find(names, container) == names.end())
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("There is no such container; '{}' has: {}.", query.component, fmt::join(names, ", ")),
        Reason::kUnknownContainer);
  if (auto error = no_log(*pod, container, query.previous)) return std::unexpected(*std::move(error));
  return LogSource{.store_namespace = std::string(k8s::meta_namespace(*pod)),
                   .pod = std::string(k8s::meta_name(*pod)),
                   .container = std::move(container)};
}

std::vector<PodUsage> pod_usages(const json::array& pods) {
  std::vector<PodUsage> usages;
  for (const auto& pod : pods)
    usages.push_back({.name = std::string(k8s::meta_name(pod)),
                      .component = std::string(k8s::meta_label(pod, kComponent).value_or("")),
                      .phase = string_or(pod, {"status", "phase"})});
  std::ranges::sort(usages, {}, &PodUsage::name);
  return usages;
}

std::optional<TimePoint> add_measurements(std::vector<PodUsage>& pods, const json::array& metrics) {
  std::optional<TimePoint> newest;
  for (const auto& measured : metrics) {
    const auto pod = std::ranges::find(pods, k8s::meta_name(measured), &PodUsage::name);
    if (pod == pods.end()) continue;
    pod->cpu_cores = 0;
    pod->memory_bytes = 0;
    for (const auto& container : array_at(measured, {"containers"})) {
      *pod->cpu_cores += parse_quantity(string_or(container, {"usage", "cpu"})).value_or(0);
      *pod->memory_bytes += parse_quantity(string_or(container, {"usage", "memory"})).value_or(0);
    }
    const auto at = parse_time(string_or(measured, {"timestamp"}));
    if (at && (!newest || *newest < *at)) newest = at;
  }
  return newest;
}

std::vector<VolumeUsage> volume_usages(const json::array& claims) {
  std::vector<VolumeUsage> usages;
  for (const auto& claim : claims)
    usages.push_back(
        {.name = std::string(k8s::meta_name(claim)),
         .phase = string_or(claim, {"status", "phase"}),
         .requested_bytes =
             parse_quantity(string_or(claim, {"spec", "resources", "requests", "storage"})).value_or(0),
         .capacity_bytes = parse_quantity(string_or(claim, {"status", "capacity", "storage"}))});
  std::ranges::sort(usages, {}, &VolumeUsage::name);
  return usages;
}

std::vector<QuotaUsage> quota_usages(const json::value& quota) {
  std::vector<QuotaUsage> usages;
  const auto& used = object_at(quota, {"status", "used"});
  for (const auto& [resource, hard] : object_at(quota, {"status", "hard"})) {
    if (!hard.is_string()) continue;
    const auto limit = parse_quantity(hard.get_string());
    if (!limit) continue;
    const auto* amount = used.if_contains(resource);
    const bool known = amount != nullptr && amount->is_string();
    usages.push_back({.resource = std::string(resource),
                      .hard = *limit,
                      .used = known ? parse_quantity(amount->get_string()).value_or(0) : 0});
  }
  std::ranges::sort(usages, {}, &QuotaUsage::resource);
  return usages;
}

}  // namespace storefleet::cluster_ports
