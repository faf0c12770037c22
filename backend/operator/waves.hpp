#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "operator/watch/observed.hpp"

namespace storefleet::store_operator {

/// How changes of the platform, a new chart or image, reach the stores that serve: of each engine one store
/// first, then a few at once, and nobody any more while one has not come back; never before the image is on
/// the nodes. What a store's own team changes waits for nobody, and neither does a store that is asleep. One
/// that did not serve before takes its turn, but stops nobody when it does not come back.
///
/// Which store is under way is in its status (the condition Upgrading), so that the next leader knows; it
/// begins with one store again. One thread.
class Waves {
 public:
  struct Options {
    std::size_t at_once = 5;  // of an engine
    bool paused = false;
  };
  /// Of one engine.
  struct Numbers {
    std::size_t waiting = 0;
    std::size_t under_way = 0;
    std::size_t stopped = 0;  // that did not come back
  };
  /// Says why an image is not on the nodes; nothing where it is.
  using ImageCheck = std::function<std::optional<std::string>(const std::string& image)>;
  using Call = std::function<void(const std::string& store)>;

  /// `call` gets a store that should be looked at again.
  Waves(Options options, ImageCheck image_lacks, Call call);

  /// What concerns this store now, and lets it go where it may. `known` is its newest status.
  std::optional<Wave> wave_of(const Observed& observed, const StoreStatus& known);
  /// The newest status of a store: to be told of every one, before the first store is looked at too.
  void note(const Store& store, const StoreStatus& status);
  /// Nothing concerns it any more.
  void forget(const std::string& store);
  /// Those that wait are looked at again: the images may be there now.
  void look_again();

  /// By engine; only those that have any.
  [[nodiscard]] std::map<std::string, Numbers> numbers() const;

 private:
  struct Engine {
    std::set<std::string> waiting;
    std::set<std::string> under_way;  // let go while they served, and not back
    std::set<std::string> not_back;   // those of them that failed
    std::set<std::string> down;       // let go, which did not serve before: until they are released
    bool first_is_back = false;
  };

  /// Why the store has to wait; empty where it may go.
  [[nodiscard]] std::string reason_to_wait(const Engine& engine, const Observed& observed) const;
  /// How many more may go.
  [[nodiscard]] std::size_t room(const Engine& engine) const;
  void call_waiting(const Engine& engine, std::size_t most) const;

  Options options_;
  ImageCheck image_lacks_;
  Call call_;
  std::map<std::string, Engine> engines_;
  std::map<std::string, std::string> engine_of_;  // of stores that are in one of the sets
};

}  // namespace storefleet::store_operator
