#pragma once
#include <chrono>
#include <set>
#include <string>

#include "base/json.hpp"
#include "cli/environment.hpp"

namespace storefleet::cli {

/// Shows a store's steps as they tick: one line a finished step with its time, the running one rewritten in
/// place. On standard error, and only where that is a terminal.
class Progress {
 public:
  explicit Progress(Environment& environment) : environment_(environment) {}

  /// `store` as the API gives it.
  void show(const json::value& store);
  /// Clears the running line.
  void end();

 private:
  void finish_line(const json::value& step);

  Environment& environment_;
  std::set<std::string> finished_;
  bool line_open_ = false;
};

}  // namespace storefleet::cli
