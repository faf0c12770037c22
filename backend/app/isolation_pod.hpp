#pragma once

namespace storefleet {

/// `storefleet isolation-probe`: what the probe pod runs. Until SIGTERM; returns the exit code.
int run_isolation_pod();

}  // namespace storefleet
