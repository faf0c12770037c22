#pragma once

namespace storefleet::app {

/// `storefleet isolation-probe`: what the probe pod runs. Until SIGTERM; returns the exit code.
int run_isolation_pod();

}  // namespace storefleet::app
