#pragma once
#include "app/config.hpp"

namespace storefleet::app {

/// Runs the server until SIGTERM or SIGINT, or until a role cannot go on; then drains and ends everything it
/// started. Returns the exit code: 0 after a signal, 1 after a failure that the log names.
int serve(ServeConfig config);

/// The version that was built, e.g. "0.1.0".
std::string_view build_version();

}  // namespace storefleet::app
