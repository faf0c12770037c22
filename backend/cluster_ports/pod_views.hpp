#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "domain/insight.hpp"

/// From the API server's JSON to the domain's values; pure.
namespace storefleet::cluster_ports {

/// The pod and container that a query is about, of the pods of its component: one that stays before one that
/// is being deleted, one that runs before one that does not, then the newest. The container is the one asked
/// for, else the pod's default. Errors as StoreInsight::find_log.
/// https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container
Result<LogSource> choose_log(const json::array& pods, const LogQuery& query);

std::vector<PodUsage> pod_usages(const json::array& pods);
/// Puts the measurements of metrics.k8s.io beside their pods; returns the time of the newest.
std::optional<TimePoint> add_measurements(std::vector<PodUsage>& pods, const json::array& metrics);
std::vector<VolumeUsage> volume_usages(const json::array& claims);
/// The lines of a ResourceQuota's status, in the order of their names; none until it is filled in.
std::vector<QuotaUsage> quota_usages(const json::value& quota);

}  // namespace storefleet::cluster_ports
