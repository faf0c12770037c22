#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "operator/actions/tools.hpp"
#include "operator/watch/observed.hpp"

/// The operator's actions. Each is idempotent: made again after a crash at any instruction, it changes
/// nothing or finishes what was begun. They note in `observed.memory` what the cluster does not show by
/// itself; what they refer to must outlive them.
namespace storefleet::store_operator {

using ActionFunction = Task<Result<void>> (*)(Tools tools, Observed& observed);

// finalizer.cpp
Task<Result<void>> add_finalizer(Tools tools, Observed& observed);
Task<Result<void>> remove_finalizer(Tools tools, Observed& observed);

// quota.cpp
Task<Result<void>> admit(Tools tools, Observed& observed);
Task<Result<void>> release_quota(Tools tools, Observed& observed);

// hosts.cpp
Task<Result<void>> claim_hosts(Tools tools, Observed& observed);
Task<Result<void>> release_hosts(Tools tools, Observed& observed);

// namespace.cpp
Task<Result<void>> create_namespace(Tools tools, Observed& observed);
Task<Result<void>> label_namespace(Tools tools, Observed& observed);
Task<Result<void>> delete_namespace(Tools tools, Observed& observed);

// objects.cpp
Task<Result<void>> apply_bindings(Tools tools, Observed& observed);
Task<Result<void>> apply_policies(Tools tools, Observed& observed);
Task<Result<void>> apply_ingress(Tools tools, Observed& observed);
Task<Result<void>> delete_ingresses(Tools tools, Observed& observed);

// secrets.cpp
Task<Result<void>> ensure_secrets(Tools tools, Observed& observed);

// release.cpp
Task<Result<void>> install_release(Tools tools, Observed& observed);
Task<Result<void>> repair_release(Tools tools, Observed& observed);
Task<Result<void>> uninstall_release(Tools tools, Observed& observed);

// pods.cpp
Task<Result<void>> replace_pods(Tools tools, Observed& observed);

// site.cpp
Task<Result<void>> configure_site(Tools tools, Observed& observed);

// checks.cpp
Task<Result<void>> probe_route(Tools tools, Observed& observed);
Task<Result<void>> probe_commerce(Tools tools, Observed& observed);

// log.cpp
Task<Result<void>> read_log(Tools tools, Observed& observed);

// expiry.cpp
Task<Result<void>> expire(Tools tools, Observed& observed);

// volumes.cpp
Task<Result<void>> delete_volumes(Tools tools, Observed& observed);

// last_look.cpp
Task<Result<void>> verify_gone(Tools tools, Observed& observed);

// receipt.cpp
Task<Result<void>> save_receipt(Tools tools, Observed& observed);

}  // namespace storefleet::store_operator
