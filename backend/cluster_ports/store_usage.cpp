// What a store's pods and volumes use, by the role that the API has inside the store namespace.
#include "cluster_ports/pod_views.hpp"
#include "cluster_ports/store_insight.hpp"
#include "k8s/resource.hpp"

namespace storefleet::cluster_ports {
namespace {

constexpr std::string_view kQuotaName = "store";

/// Before the role is bound inside the namespace, and after, the answer is Forbidden.
bool is_absent(const Error& error) {
  return error.code == ErrorCode::kForbidden || error.code == ErrorCode::kNotFound;
}

}  // namespace

Task<Result<StoreUsage>> ClusterStoreInsight::usage(Store store) {
  const auto ns = store.status.store_namespace;
  StoreUsage usage{.unavailable = store.is_stopped() ? "The store sleeps." : "The store has no pods yet."};
  if (ns.empty()) co_return usage;
  const auto pods = co_await client_.list(k8s::kPod, ns);
  if (!pods && is_absent(pods.error())) co_return usage;
  if (!pods) co_return std::unexpected(pods.error());
  usage.pods = pod_usages(array_at(*pods, {"items"}));
  const auto claims = co_await client_.list(k8s::kPersistentVolumeClaim, ns);
  if (!claims && !is_absent(claims.error())) co_return std::unexpected(claims.error());
  if (claims) usage.volumes = volume_usages(array_at(*claims, {"items"}));
  const auto quota = co_await client_.get(k8s::kResourceQuota, {.ns = ns, .name = std::string(kQuotaName)});
  if (!quota && !is_absent(quota.error())) co_return std::unexpected(quota.error());
  if (quota) usage.quota = quota_usages(*quota);
  if (usage.pods.empty()) co_return usage;
  const auto metrics = co_await client_.list(k8s::kPodMetrics, ns);
  if (!metrics) {
    usage.unavailable =
        "The cluster measures no CPU and memory: its metrics-server is missing or does not answer.";
    co_return usage;
  }
  usage.measured_at = add_measurements(usage.pods, array_at(*metrics, {"items"}));
  usage.unavailable = usage.measured_at ? "" : "The pods are too young: nothing has been measured yet.";
  co_return usage;
}

}  // namespace storefleet::cluster_ports
