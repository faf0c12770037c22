#pragma once
#include <optional>
#include <string>

#include "cli/outcome.hpp"
#include "cli/session.hpp"

namespace storefleet::cli {

/// Asks for a password on the terminal, without showing it. Where nobody can be asked: a usage failure that
/// names `next`, the command with the flag instead.
Outcome<std::string> ask_password(Session& session, const std::string& prompt, const std::string& next);

/// A password from the first line of standard input, without its line break.
Outcome<std::string> password_from_input(Session& session, const std::string& next);

/// "Type its name to go on" unless `yes`; a usage failure that names `next` where the answer is another.
struct Consent {
  bool yes = false;
  std::string what;  // "the store demo with all its data"
  std::string name;
  std::string next;
};
Outcome<void> confirm(Session& session, const Consent& consent);

/// Reads a line of the terminal with echo off, and on again afterwards, also after Ctrl+C, which gives
/// nothing.
std::optional<std::string> read_line_hidden();

}  // namespace storefleet::cli
