#pragma once
#include <chrono>
#include <functional>

#include "base/task.hpp"

namespace storefleet::inline base {

/// Runs `pass` after `first`, and again whenever `interval` has gone by since the last pass ended; ends when
/// the surrounding task is cancelled. Passes never overlap. What `pass` refers to must outlive the task.
Task<void> every(std::chrono::milliseconds first, std::chrono::milliseconds interval,
                 std::function<Task<void>()> pass);

}  // namespace storefleet::inline base
