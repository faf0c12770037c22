#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "operator/actions/tools.hpp"
#include "operator/watch/observed.hpp"

/// The operator's actions. Each is idempotent: made again after a crash at any instruction, it changes
/// nothing or finishes what was begun. They note in `memory` what the cluster does not show by itself; what
/// they refer to must outlive them.
namespace storefleet::store_operator {

using ActionFunction = Task<Result<void>> (*)(Tools tools, const Observed& observed, StoreMemory& memory);

// finalizer.cpp
Task<Result<void>> add_finalizer(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> remove_finalizer(Tools tools, const Observed& observed, StoreMemory& memory);

// quota.cpp
Task<Result<void>> admit(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> release_quota(Tools tools, const Observed& observed, StoreMemory& memory);

// hosts.cpp
Task<Result<void>> claim_hosts(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> release_hosts(Tools tools, const Observed& observed, StoreMemory& memory);

// namespace.cpp
Task<Result<void>> create_namespace(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> label_namespace(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> delete_namespace(Tools tools, const Observed& observed, StoreMemory& memory);

// objects.cpp
Task<Result<void>> apply_bindings(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> apply_policies(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> apply_ingress(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> delete_ingresses(Tools tools, const Observed& observed, StoreMemory& memory);

// secrets.cpp
Task<Result<void>> ensure_secrets(Tools tools, const Observed& observed, StoreMemory& memory);

// release.cpp
Task<Result<void>> install_release(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> repair_release(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> uninstall_release(Tools tools, const Observed& observed, StoreMemory& memory);

// pods.cpp
Task<Result<void>> replace_pods(Tools tools, const Observed& observed, StoreMemory& memory);

// site.cpp
Task<Result<void>> configure_site(Tools tools, const Observed& observed, StoreMemory& memory);

// checks.cpp
Task<Result<void>> probe_route(Tools tools, const Observed& observed, StoreMemory& memory);
Task<Result<void>> probe_commerce(Tools tools, const Observed& observed, StoreMemory& memory);

// log.cpp
Task<Result<void>> read_log(Tools tools, const Observed& observed, StoreMemory& memory);

// expiry.cpp
Task<Result<void>> expire(Tools tools, const Observed& observed, StoreMemory& memory);

// volumes.cpp
Task<Result<void>> delete_volumes(Tools tools, const Observed& observed, StoreMemory& memory);

// last_look.cpp
Task<Result<void>> verify_gone(Tools tools, const Observed& observed, StoreMemory& memory);

// receipt.cpp
Task<Result<void>> save_receipt(Tools tools, const Observed& observed, StoreMemory& memory);

}  // namespace storefleet::store_operator
