#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "controller/waiting_line.hpp"
#include "operator/watch/action_kind.hpp"

namespace storefleet::store_operator {

/// What an action may have to wait long for; actions of one lane share its places.
enum class Lane { kCluster, kPods, kProbes, kHelm, kRecords };

/// How the last try went: stores that were slow wait among themselves, so that any number of them holds up
/// nobody else.
enum class Pace { kQuick, kSlow };

Lane lane_of(ActionKind kind);

/// After how many tries in a row that failed late a store counts as slow.
int slow_tries(Lane lane);

/// Bounds how many actions of a lane run at once. What only the API server answers has no bound here but the
/// number of workers, of which the lanes together may hold the rest. One thread.
class Lanes {
 public:
  /// `call` gets a store that a place is kept for: look at it again.
  explicit Lanes(const std::function<void(const std::string& store)>& call);

  /// A place, given back when this goes.
  class Place {
   public:
    explicit Place(controller::WaitingLine* line) : line_(line) {}
    Place(Place&& other) noexcept : line_(std::exchange(other.line_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (line_ != nullptr) line_->leave();
    }

   private:
    controller::WaitingLine* line_;  // null where the lane has no bound
  };

  /// Nothing where the store has to wait for its turn. It waits in one line at most: the last it asked for.
  std::optional<Place> enter(Lane lane, Pace pace, const std::string& store);
  /// The store has been looked at: places that were kept for it and are not needed go to others.
  void pass(const std::string& store);
  void forget(const std::string& store);

  /// Workers that all lanes together may hold.
  [[nodiscard]] std::size_t places() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  controller::WaitingLine* line_of(Lane lane, Pace pace);

  struct Bounded {
    Lane lane;
    Pace pace;
    controller::WaitingLine line;
  };
  std::array<Bounded, 7> lines_;
};

}  // namespace storefleet::store_operator
