#pragma once
#include <string>
#include <vector>

#include "simulation/world.hpp"

namespace storefleet::simulation {

/// People who use the platform during a run: they make stores, change them, let them sleep, delete them, make
/// others under the same name, and change by hand what is not theirs.
class People {
 public:
  explicit People(World& world) : world_(world) {}

  /// Plans everything that they will do within `time`.
  void plan(Millis time);
  /// What they may put into spec.hosts of a store.
  static json::array further_hosts(const std::string& name);
  /// The names that their stores may have.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  void act();
  void create(const std::string& name);
  void remove(const std::string& name);
  void change(const std::string& name);
  void interfere(const std::string& name);
  void patch(const std::string& name, const json::value& body, const std::string& what);

  World& world_;
  std::vector<std::string> names_;
};

}  // namespace storefleet::simulation
