#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "simulation/machine.hpp"

namespace storefleet::simulation {

/// What is to happen in the simulated world, in the order of virtual time; what is due at the same moment
/// happens in the order in which it was planned.
class Agenda {
 public:
  using Happening = std::function<void()>;

  void after(Millis delay, Happening happening) {
    entries_.push({machine().now + delay, ++planned_, std::move(happening)});
  }
  [[nodiscard]] std::optional<Millis> next() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.top().when);
  }
  /// Does the first entry where it is due; false where none is.
  bool do_one();

 private:
  struct Entry {
    Millis when;
    std::uint64_t order;
    Happening happening;
    bool operator<(const Entry& other) const {
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };
  std::priority_queue<Entry> entries_;
  std::uint64_t planned_ = 0;
};

/// What happened, for a person to read: one line an event, with its time. Kept only where somebody wants it.
class Trace {
 public:
  explicit Trace(bool kept) : kept_(kept) {}
  [[nodiscard]] bool kept() const { return kept_; }
  /// `who` is a process, "kubectl", "kubelet" …
  void add(const std::string& who, const std::string& what);
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  /// Of everything that was added, kept or not: two runs of one seed must have the same.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

 private:
  bool kept_;
  std::vector<std::string> lines_;
  std::uint64_t digest_ = 0xcbf29ce484222325ULL;
};

/// Where the operator's own log goes: the trace of the world that runs on this thread, if any.
Trace*& current_trace();

}  // namespace storefleet::simulation
