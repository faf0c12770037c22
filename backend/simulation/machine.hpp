#pragma once
#include <cstdint>

#include <boost/asio/io_context.hpp>

#include "simulation/random.hpp"

namespace storefleet::simulation {

/// Milliseconds on the virtual clock.
using Millis = std::int64_t;

/// What the operating system gives to a simulated process. The simulation's programs define the functions
/// behind it themselves (machine.cpp): both clocks, the generators of randomness, and the wait of Asio's
/// reactor. One a thread, and each seed has a thread of its own; a thread without one gets the real operating
/// system.
struct Machine {
  Millis now = 0;
  Millis steady_offset = 0;  // of the process that runs now: what its clocks are off by
  Millis wall_offset = 0;
  Random* random = nullptr;                    // null: this thread is not simulated
  boost::asio::io_context* running = nullptr;  // of the process that runs now
  Millis waits = 0;                            // after poll_once(): how long until its next timer
};

Machine& machine();

/// Runs what is ready in a process, and what that makes ready; returns how long until its next timer.
Millis run_ready(boost::asio::io_context& context);

}  // namespace storefleet::simulation
