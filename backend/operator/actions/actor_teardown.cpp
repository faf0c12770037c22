#include <array>

#include <fmt/format.h>

#include "operator/actions/actor.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

/// Adds names to what the teardown receipt says was removed.
void note_removed(StoreMemory& memory, std::string_view kind, const std::string& name) {
  auto& entry = memory.removed[kind];
  if (!entry.is_array()) entry = json::array();
  auto& names = entry.get_array();
  for (const auto& known : names)
    if (known.get_string() == name) return;
  names.push_back(json::string(name));
}

/// A store that was retained goes long after its deletion was asked for.
TimePoint teardown_began(const Store& store) {
  const auto* first = find_step(store.status.steps, StepName::kStopRouting);
  return first != nullptr && first->started_at ? *first->started_at : *store.deletion_requested_at;
}

void note_volumes(const Observed& observed, StoreMemory& memory) {
  for (const auto& claim : observed.claims) note_removed(memory, "PersistentVolumeClaim", claim.name);
  for (const auto& volume : observed.volumes)
    note_removed(memory, volume.retained ? "RetainedVolume" : "PersistentVolume", volume.name);
}

}  // namespace

Task<Result<void>> Actor::remove(k8s::Resource resource, k8s::ObjectName name, std::string uid,
                                 std::string resource_version) {
  k8s::DeleteOptions options{.uid = std::move(uid), .resource_version = std::move(resource_version)};
  const auto result = co_await client_.remove(resource, std::move(name), std::move(options));
  if (result || result.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  co_return std::unexpected(result.error());
}

Task<Result<void>> Actor::delete_ingresses(const Observed& observed, StoreMemory& memory) {
  for (const auto& ingress : observed.ingresses) {
    if (is_torn_down(observed)) note_removed(memory, "Ingress", ingress.name);
    const auto result = co_await remove(
        k8s::kIngress, {.ns = observed.identity.store_namespace, .name = ingress.name}, ingress.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

Task<Result<void>> Actor::uninstall_release(const Observed& observed, StoreMemory& memory) {
  note_volumes(observed, memory);  // those that belong to the release go with it
  for (const auto& view : observed.deployments) note_removed(memory, "Deployment", view.name);
  for (const auto& view : observed.stateful_sets) note_removed(memory, "StatefulSet", view.name);
  for (const auto& pod : observed.pods) note_removed(memory, "Pod", pod.name);
  auto result = co_await releases_.uninstall(observed.identity.store_namespace);
  if (result) {
    memory.uninstalled = true;
    note_removed(memory, "Release", std::string(engines::kReleaseName));
  }
  co_return result;
}

Task<Result<void>> Actor::delete_volumes(const Observed& observed, StoreMemory& memory) {
  note_volumes(observed, memory);
  for (const auto& claim : observed.claims) {
    if (claim.deleting) continue;
    const auto result =
        co_await remove(k8s::kPersistentVolumeClaim,
                        {.ns = observed.identity.store_namespace, .name = claim.name}, claim.uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

Task<Result<void>> Actor::delete_namespace(const Observed& observed, StoreMemory& memory) {
  note_removed(memory, "Namespace", observed.ns->name);
  co_return co_await remove(k8s::kNamespace, {.name = observed.ns->name}, observed.ns->uid);
}

/// Asks the API server itself, not the caches: the last look before the store is forgotten. The operator's
/// rights inside the namespace are gone with it, so these are reads across namespaces.
Task<Result<void>> Actor::verify_gone(const Observed& observed, StoreMemory& memory) {
  const auto& ns = observed.identity.store_namespace;
  const auto left = co_await client_.get(k8s::kNamespace, {.name = ns});
  if (left) co_return fail(ErrorCode::kUnavailable, fmt::format("namespace {} is still there", ns));
  if (left.error().code != ErrorCode::kNotFound) co_return std::unexpected(left.error());
  const k8s::ListOptions labelled{.label_selector =
                                      fmt::format("{}={}", engines::kStoreIdLabel, observed.identity.id)};
  static constexpr std::array kKinds = {k8s::kPod, k8s::kPersistentVolumeClaim, k8s::kPersistentVolume,
                                        k8s::kIngress, k8s::kService};
  for (const auto& kind : kKinds) {
    const auto found = co_await client_.list(kind, "", labelled);
    if (!found) co_return std::unexpected(found.error());
    if (const auto& items = array_at(*found, {"items"}); !items.empty()) {
      co_return fail(ErrorCode::kUnavailable,
                     fmt::format("{} {} is still there", kind.kind, k8s::meta_name(items.front())));
    }
  }
  memory.verified_gone = true;
  co_return Result<void>{};
}

Task<Result<void>> Actor::release_hosts(const Observed& observed) {
  for (const auto& host : claims_to_release(observed)) {
    const auto result = co_await remove(k8s::kHostClaim, {.name = host.host}, host.claim->uid);
    if (!result) co_return result;
  }
  co_return Result<void>{};
}

Task<Result<void>> Actor::save_receipt(const Observed& observed, StoreMemory& memory) {
  TeardownReceipt receipt{.store_uid = observed.store.uid,
                          .store_name = observed.store.name,
                          .team = observed.store.spec.team,
                          .started_at = teardown_began(observed.store),
                          .finished_at = std::chrono::system_clock::now(),
                          .removed = memory.removed};
  auto result = co_await history_.save_receipt(std::move(receipt), epoch_);
  memory.receipt_saved = result.has_value();
  co_return result;
}

Task<Result<void>> Actor::release_quota(const Observed& observed, StoreMemory& memory) {
  auto result = co_await ledger_.release(observed.store.uid);
  // A store that was never admitted still has only what its creator reserved.
  if (const auto reservation = reservation_of(observed.store); result && !reservation.empty())
    result = co_await ledger_.cancel(reservation);
  memory.quota_released = result.has_value();
  co_return result;
}

Task<Result<void>> Actor::remove_finalizer(const Observed& observed) {
  auto finalizers = observed.store.finalizers;
  std::erase(finalizers, kFinalizer);
  co_return co_await set_finalizers(observed.store, std::move(finalizers));
}

}  // namespace storefleet::store_operator
