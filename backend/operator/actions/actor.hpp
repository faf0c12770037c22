#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/ports.hpp"
#include "engines/settings.hpp"
#include "k8s/client.hpp"
#include "operator/watch/observed.hpp"
#include "probes/prober.hpp"
#include "releases/releases.hpp"

namespace storefleet::store_operator {

/// Performs the operator's actions. Each is idempotent: made again after a crash at any instruction, it
/// changes nothing or finishes what was begun. One thread; what it refers to must outlive it.
class Actor {
 public:
  Actor(k8s::Client& client, releases::Releases& releases, probes::Prober& prober, History& history,
        QuotaLedger& ledger, const engines::PlatformSettings& settings, std::int64_t epoch);

  /// Notes in `memory` what the cluster does not show by itself; `memory` must outlive the task.
  Task<Result<void>> act(ActionKind kind, Observed observed, StoreMemory& memory);

 private:
  Task<Result<void>> add_finalizer(const Observed& observed);
  /// Only where the store has not changed since it was observed.
  Task<Result<void>> set_finalizers(const Store& store, std::vector<std::string> finalizers);
  Task<Result<void>> admit(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> claim_hosts(const Observed& observed);
  Task<Result<void>> create_namespace(const Observed& observed);
  Task<Result<void>> apply_all(const std::vector<engines::DesiredObject>& objects, std::string ns);
  Task<void> apply_one(k8s::Resource resource, k8s::ObjectName name, json::object object,
                       Result<void>* result);
  Task<Result<void>> ensure_secrets(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> install_release(const Observed& observed);
  Task<Result<void>> replace_pods(const Observed& observed);
  Task<Result<void>> configure_site(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> read_log(const Observed& observed, StoreMemory& memory);

  Task<Result<void>> delete_ingresses(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> uninstall_release(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> delete_volumes(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> delete_namespace(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> verify_gone(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> release_hosts(const Observed& observed);
  Task<Result<void>> save_receipt(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> release_quota(const Observed& observed, StoreMemory& memory);
  Task<Result<void>> remove_finalizer(const Observed& observed);

  /// Deletes exactly the object of that UID, and of that version where one is given; one that is gone already
  /// counts as deleted.
  Task<Result<void>> remove(k8s::Resource resource, k8s::ObjectName name, std::string uid,
                            std::string resource_version = {});
  /// The password of the store's admin; a new one first where that was asked for.
  Task<Result<std::string>> admin_password(const Observed& observed);
  /// Where the pod is at this moment; Unavailable where it is not that pod any more.
  Task<Result<std::string>> current_address(std::string ns, PodView known);
  /// The text of one key of a Secret in the store namespace.
  Task<Result<std::string>> secret_text(std::string ns, std::string name, std::string key);

  k8s::Client& client_;
  releases::Releases& releases_;
  probes::Prober& prober_;
  History& history_;
  QuotaLedger& ledger_;
  const engines::PlatformSettings& settings_;
  std::int64_t epoch_;
};

/// The place in its team's quota that the store's creator reserved; empty where it came without one.
std::string reservation_of(const Store& store);

}  // namespace storefleet::store_operator
