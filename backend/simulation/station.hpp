#pragma once
#include <functional>
#include <memory>
#include <string>

#include "simulation/api_server.hpp"
#include "simulation/machine.hpp"

namespace storefleet::simulation {

/// One process of the controller, as the world around it sees it. Outlives the process: what it sent may still be
/// on its way.
struct Station {
  std::string name;  // "a", "b": its pod's name, and so the holder that it writes into the lease
  bool alive = true;
  bool dying = false;  // it dies before it runs again
  std::int64_t writes = 0;
  Millis cut_off_until = 0;  // reaches nothing until then
  Millis stopped_until = 0;  // does not run until then
  Millis wall_offset = 0;
};

/// What a deliberately broken variant of the operator does differently, where the operator meets the world. All of
/// it may be empty.
struct Tampering {
  std::function<void(Call& call)> request = {};
  std::function<void(const Call& call, Answer& answer)> answer = {};
  bool ledger_forgets = false;        // to give places back
  bool history_without_epoch = false; // takes what an old leader writes
  bool helper_ignores_records = false;
  Millis steady_rush = 0;  // a standby's clock runs ahead by so much a second
};

}  // namespace storefleet::simulation
