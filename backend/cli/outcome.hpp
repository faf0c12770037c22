#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cli/environment.hpp"

namespace storefleet::cli {

/// The one table of exit codes; docs/cli.md repeats it for users. Scripts rely on the numbers.
enum class ExitCode {
  kOk = 0,
  kFailed = 1,           // the operation or the store failed, or the server has a fault
  kUsage = 2,            // wrong words, options or values
  kUnauthenticated = 3,  // not logged in, or the token is not known
  kNotFound = 4,
  kConflict = 5,     // the name is taken, or somebody else was faster
  kUnreachable = 6,  // server, cluster or database do not answer
  kTimeout = 7,      // --timeout passed; the operation goes on
  kForbidden = 8,
};

/// Why a command did not do what it should, ready to be shown.
struct CommandFailure {
  ExitCode code = ExitCode::kFailed;
  std::string message;                    // one sentence
  std::string next;                       // the command to type next
  std::vector<std::string> details = {};  // wrong fields, remedy, request id
};

/// What a failure without a better next command has as one; run.cpp makes it the help of the command in use.
inline constexpr std::string_view kGeneralHelp = "storefleet --help";

template <class T>
using Outcome = std::expected<T, CommandFailure>;

/// The exit code for an HTTP status of the API.
ExitCode exit_code_of(unsigned http_status);

/// Writes a failure to standard error.
void show(const CommandFailure& failure, Environment& environment);

/// The end of a command about several things: of the failures all but the last are shown at once, that one
/// ends it.
Outcome<void> end_with(std::vector<CommandFailure> failures, Environment& environment);

/// Text from outside without control characters, which could drive the terminal.
std::string printable(std::string text);

/// The failure with `next` in place of the command that it names.
std::unexpected<CommandFailure> with_next(CommandFailure failure, std::string next);

}  // namespace storefleet::cli
