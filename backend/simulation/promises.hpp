#pragma once
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "simulation/world.hpp"

namespace storefleet::simulation {

/// The sentences of docs/promise.md that a run checks, by their names; a test compares both.
std::span<const std::string_view> promise_names();

struct Broken {
  std::string promise;  // its name
  std::string how;
  Millis at = 0;
};

/// Watches over the promises of safety in every moment of a run: before each write of a process, and after
/// each change. The first that is broken is kept.
class Promises {
 public:
  explicit Promises(World& world);

  [[nodiscard]] const std::optional<Broken>& broken();
  void note(std::string_view promise, std::string how);

 private:
  void before_write(const Station& sender, const Call& call);
  void after_change(std::string_view plural, const Change& change);
  void check_delete(const Call& call);
  void check_status(const Call& call);
  void check_ingress(const Call& call);
  [[nodiscard]] bool is_known(std::string_view store_uid) const;
  void note_used_secrets(const std::string& ns);
  void check_secrets(const Change& change);

  World& world_;
  std::map<std::string, json::object> used_secrets_;  // by namespace: what its first pod was given
  std::optional<Broken> broken_;
};

}  // namespace storefleet::simulation
