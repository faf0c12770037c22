#pragma once
#include <cstdint>
#include <string>

#include "simulation/machine.hpp"
#include "simulation/random.hpp"

namespace storefleet::simulation {

/// What goes wrong in a run. Likelihoods are in permille: of a request, or of an event of a watch. All zero:
/// a world without faults.
struct Faults {
  // Requests to the API server.
  std::int64_t refused = 0;       // not taken: the connection breaks before
  std::int64_t server_error = 0;  // 500, 503
  std::int64_t throttled = 0;     // 429 with Retry-After
  std::int64_t conflict = 0;      // 409 without cause, as a busy server answers
  std::int64_t lost_answer =
      0;                   // done, but the answer is lost: the connection breaks, or nothing comes in time
  std::int64_t twice = 0;  // done twice: what is idempotent is sent again on a new connection
  std::int64_t slow = 0;   // takes up to 14 s
  Millis latency = 3;

  // Watches and lists.
  Millis watch_delay = 10;           // at most, of an event
  std::int64_t watch_slow = 0;       // of a watch: all of its events come up to three minutes late
  std::int64_t watch_breaks = 0;     // after an event
  std::int64_t watch_lost = 0;       // an event does not come; the watch ends with 410 within a minute
  std::int64_t watch_twice = 0;      // an event comes twice
  std::int64_t stale_list = 0;       // a list of a cache is up to a minute old
  std::int64_t binding_unknown = 0;  // a bound role is known only after up to 2 s

  // Processes.
  std::int64_t crash_write = 0;  // 0: none; else the number of the write after which the process dies, once
  std::int64_t crash = 0;        // after any write
  std::int64_t pause = 0;        // per second: the process stands still for up to 40 s (SIGSTOP)
  std::int64_t terminate = 0;    // per second: it is asked to end (SIGTERM)
  std::int64_t clock_jump = 0;   // per second: its wall clock jumps by up to an hour
  std::int64_t partition = 0;    // per second: it reaches nothing for up to 40 s

  // Helm's helper.
  std::int64_t helper_dies = 0;   // at a write
  std::int64_t helper_hangs = 0;  // before a write, for up to 70 s

  // SQL.
  std::int64_t sql_error = 0;  // of a call: not done
  std::int64_t sql_lost = 0;   // of a call: done, but not answered
};

/// The faults of a seed: a few kinds, each seldom or often, so that runs are unlike each other and some kinds
/// meet alone. `what` gets their names.
Faults faults_of(Random& random, std::string& what);

}  // namespace storefleet::simulation
