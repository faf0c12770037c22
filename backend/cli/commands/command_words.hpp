#pragma once
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands/account_commands.hpp"
#include "cli/commands/commands.hpp"

namespace storefleet::cli {

using Action = std::function<Outcome<void>(Session&)>;

/// Adds a command below `parent` that puts its action into `chosen`; global options may stand behind it.
CLI::App* add_command(CLI::App& parent, const std::string& word, const std::string& help, Action& chosen,
                      Action action);

/// The words of login, of the groups team, user and token, and of audit. Must outlive the program's parsing
/// and the chosen action.
class AccountWords {
 public:
  void add_to(CLI::App& app, Action& chosen);

 private:
  void add_login(CLI::App& app, Action& chosen);
  void add_team(CLI::App& app, Action& chosen);
  void add_user(CLI::App& app, Action& chosen);
  void add_token(CLI::App& app, Action& chosen);

  LoginOptions login_;
  LogoutOptions logout_;
  PasswordOptions password_;
  TeamOptions team_;
  UserOptions user_;
  TokenOptions token_;
  AuditOptions audit_;
};

/// What is wrong with a command line that was not understood, with the word that was probably meant.
CommandFailure usage_failure(CLI::App& app, const std::vector<std::string>& arguments,
                             const CLI::ParseError& error);

}  // namespace storefleet::cli
