#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/message.hpp"
#include "simulation/api_server.hpp"
#include "simulation/machine.hpp"

namespace storefleet::simulation {

/// One process of the controller, as the world around it sees it. Outlives the process: what it sent may
/// still be on its way.
struct Station {
  std::string name;  // "a", "b": its pod's name, and so the holder that it writes into the lease
  bool alive = true;
  bool dying = false;  // it dies before it runs again
  std::int64_t writes = 0;
  Millis cut_off_until = 0;  // reaches nothing until then
  Millis stopped_until = 0;  // does not run until then
  Millis lent_until = 0;     // its helper writes until then
  Millis killed_at = 0;      // 0: nobody has asked it to end
  Millis wall_offset = 0;
  std::int64_t clock_rush = 0;  // percent
};

/// What a deliberately broken variant of the operator does otherwise, at the places where the operator meets
/// the world. All of it may be empty.
struct Tampering {
  /// Changes a request of the operator or its helper.
  std::function<void(Call& call)> request = {};
  /// Answers a request in the API server's place, which then never sees it.
  std::function<std::optional<Answer>(const Call& call)> answer = {};
  /// Changes what caches are told, an event or a list; one that is empty afterwards is not told.
  std::function<void(std::string& text)> sight = {};
  /// Answers in a shop's place.
  std::function<std::optional<http::Response>(const http::Request& request)> shop = {};
  bool watch_from_now = false;          // instead of from where the list ended
  bool ledger_forgets = false;          // to give places back
  bool history_without_epoch = false;   // takes what an old leader writes
  bool helper_ignores_records = false;  // of what an earlier helper did
  bool helper_does_nothing = false;     // and says that it did
  std::int64_t clock_rush = 0;          // percent by which the second process's clock runs too fast
};

}  // namespace storefleet::simulation
