#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
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

  /// A store that has to wait should be looked at again after this long: it may have missed its call.
  static constexpr std::chrono::milliseconds kLookAgain = std::chrono::minutes(1);

  /// `call` gets a store that should be looked at again.
  Waves(Options options, ImageCheck image_lacks, Call call);

  /// What concerns this store now, and lets it go where it may. `known` is its newest status.
  std::optional<Wave> wave_of(const Observed& observed, const StoreStatus& known, TimePoint now);
  /// The newest status of a store: to be told of every one, before the first store is looked at too.
  void note(const Store& store, const StoreStatus& status);
  /// Nothing concerns it any more.
  void forget(const std::string& store);
  /// The images may be there now.
  void look_again();

  /// By engine; only those that have any.
  [[nodiscard]] std::map<std::string, Numbers> numbers() const;

 private:
  /// A store that was let go, and has not come back.
  struct Turn {
    bool served = true;           // until then; else it stops nobody
    bool failed = false;          // of one that served
    bool given_up = false;        // of one that did not: it has been waited for long enough
    bool by_this_leader = false;  // let go
    std::uint64_t spec = 0;       // what its team wanted then; 0: not known yet
    TimePoint since;              // let go
  };
  struct Waiting {
    bool for_image = false;  // to be called would not help
  };
  struct Engine {
    std::map<std::string, Turn> away;
    std::map<std::string, Waiting> waiting;
    bool first_is_back = false;
  };

  Engine& engine_for(const Store& store);
  /// What a store that was let go is to be told.
  std::optional<Wave> go_on(const Observed& observed, Turn& turn);
  /// Lets a store go, or says why not yet.
  std::optional<Wave> take_turn(const Observed& observed, bool serves, TimePoint now);
  /// Why neither this store nor any other gets the platform's change now; empty where that is not so.
  [[nodiscard]] std::string held_by_platform(const Observed& observed) const;
  /// How many more may go.
  static std::size_t room(const Engine& engine, std::size_t at_once);
  void give_up_on_the_dead(Engine& engine, TimePoint now);
  /// Those that can go, or all: what their status says is no longer so.
  void call_some(const Engine& engine) const;
  void call_all(const Engine& engine) const;

  Options options_;
  ImageCheck image_lacks_;
  Call call_;
  std::map<std::string, Engine> engines_;
  std::map<std::string, std::string> engine_of_;  // of stores that wait or are away
};

}  // namespace storefleet::store_operator
