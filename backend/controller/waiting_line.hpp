#pragma once
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace storefleet::controller {

/// A bounded number of places for work that takes long, handed out in the order in which keys asked. Who gets
/// none does not wait here: it is called when a place is kept for it, and asks again. So nothing but its key
/// is held meanwhile, and what it then does follows from what is true then. One thread.
class WaitingLine {
 public:
  /// `call` must not call back.
  WaitingLine(std::size_t places, std::function<void(const std::string& key)> call)
      : places_(places), call_(std::move(call)) {}
  WaitingLine(const WaitingLine&) = delete;
  WaitingLine& operator=(const WaitingLine&) = delete;

  /// Whether `key` has a place now: then leave() must follow. Else it stands in line, once.
  bool enter(const std::string& key);
  void leave();
  /// Gives back the place that was kept for `key`, if there is one: it turned out to need none.
  void pass(const std::string& key);
  /// The key asks no more: out of the line, too.
  void forget(const std::string& key);

  [[nodiscard]] std::size_t places() const { return places_; }
  [[nodiscard]] std::size_t waiting() const { return line_.size(); }

 private:
  void call_next();

  std::size_t places_;
  std::function<void(const std::string& key)> call_;
  std::size_t busy_ = 0;
  std::list<std::string> line_;
  std::unordered_map<std::string, std::list<std::string>::iterator> position_;
  std::unordered_set<std::string> kept_;
};

}  // namespace storefleet::controller
