#pragma once
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace storefleet::cli {

/// The world around a command, so that tests can play it.
struct Environment {
  std::ostream& out;  // data only
  std::ostream& err;  // everything else
  std::istream& in;
  std::function<std::optional<std::string>(const std::string&)> variable;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool in_is_terminal = false;
  /// Reads a line that is not shown while it is typed; nothing where that was interrupted. Only asked on a
  /// terminal.
  std::function<std::optional<std::string>()> read_hidden_line = {};

  /// A variable that is set and not empty.
  [[nodiscard]] std::optional<std::string> value_of(const std::string& name) const {
    auto value = variable(name);
    return value && !value->empty() ? value : std::nullopt;
  }
  /// https://no-color.org
  [[nodiscard]] bool colours() const {
    return err_is_terminal && !value_of("NO_COLOR") && value_of("TERM").value_or("") != "dumb";
  }
};

/// Runs the command that `arguments` (without the program's name) say; returns the exit code.
int run_command(const std::vector<std::string>& arguments, Environment& environment);

}  // namespace storefleet::cli
