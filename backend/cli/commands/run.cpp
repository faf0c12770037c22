#include "cli/commands/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/completion.hpp"
#include "cli/secrets.hpp"

namespace storefleet::cli {
namespace {

const std::map<std::string, OutputFormat> output_formats = {{"table", OutputFormat::kTable},
                                                            {"wide", OutputFormat::kWide},
                                                            {"json", OutputFormat::kJson},
                                                            {"yaml", OutputFormat::kYaml},
                                                            {"name", OutputFormat::kName}};

constexpr auto kExamples =
    "Examples:\n"
    "  storefleet login https://stores.example.com --username ann\n"
    "  storefleet create demo --engine woocommerce --wait\n"
    "  storefleet open demo --admin\n"
    "  storefleet delete demo\n"
    "More of a command: storefleet help COMMAND\n\n";
/// Words and options of every command.
struct CommandLine {
  CommandLine();

  CLI::App app{"Creates, watches and deletes online stores.", "storefleet"};
  std::string format = "table";
  Target target;
  bool version = false;
  Words words{app};
};

void add_help(Words& words) {
  auto& names = words.keep<std::vector<std::string>>();
  auto* command = words.add("help", "Show the help of a command", [](Session&) -> Outcome<void> {
    return std::unexpected(CommandFailure{
        .code = ExitCode::kUsage, .message = "There is no such command.", .next = "storefleet help"});
  });
  command->add_option("COMMAND", names);
}

CommandLine::CommandLine() {
  app.require_subcommand(1);
  app.footer(footer());
  app.add_flag("--version", version, "Show this program's version");
  app.add_option("-o,--output", format, listed(kFormats))->check(one_of(kFormats))->capture_default_str();
  app.add_option("--server", target.server, "Address of the server");
  app.add_option("-c,--context", target.context,
                 "Name of a server that one has logged in to (storefleet config list)");
  words.begin("Stores");
  for (auto* add : {add_create, add_list, add_get, add_apply, add_retry, add_sleep, add_wake, add_rollback,
                    add_reset_password, add_upgrade, add_update, add_extend, add_delete})
    add(words);
  words.begin("Looking at stores");
  for (auto* add : {add_events, add_logs, add_top, add_wait}) add(words);
  words.begin("Getting into stores");
  for (auto* add : {add_credentials, add_open, add_check, add_expose, add_hosts}) add(words);
  words.begin("This platform, this program");
  for (auto* add : {add_config, add_help, add_version, add_whoami, add_engines, add_doctor, add_completion})
    add(words);
  words.begin("Teams, users, tokens");
  for (auto* add : {add_login, add_logout, add_password, add_team, add_user, add_token, add_audit})
    add(words);
  app.footer(std::string(kExamples) + footer());
}

/// The command whose help says more than that of everything.
std::string help_of(const CLI::App& app) {
  std::string command = "storefleet";
  for (auto used = app.get_subcommands(); !used.empty(); used = used.front()->get_subcommands())
    command += " " + used.front()->get_name();
  return command + " --help";
}

/// "storefleet", "help", "help create" and "--version": the exit code; nothing where it is another line.
std::optional<int> answer_without_server(CLI::App& app, const std::vector<std::string>& arguments,
                                         Environment& environment) {
  const auto word = arguments.empty() ? std::string("help") : arguments.front();
  if (arguments.size() == 1 && word == "--version") {
    environment.out << "storefleet " << STOREFLEET_VERSION << "\n";
    return 0;
  }
  if (word != "help") return std::nullopt;
  auto* place = &app;
  std::string above;  // the words before the command's own
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto below = place->get_subcommands(nullptr);
    const auto found = std::ranges::find_if(
        below, [&](const CLI::App* command) { return command->check_name(arguments[i]); });
    if (found == below.end()) return std::nullopt;  // told as any unknown word is
    above += (above.empty() ? "" : " ") + place->get_name();
    place = *found;
  }
  environment.out << place->help(above);
  return 0;
}

}  // namespace

int run_command(const std::vector<std::string>& arguments, Environment& environment) {
  CommandLine line;
  if (!arguments.empty() && arguments.front() == "__complete") {
    std::vector<std::string> words(arguments.begin() + 1, arguments.end());
    if (!words.empty() && words.front() == "--") words.erase(words.begin());
    Session session(environment, target_in(words), OutputFormat::kTable);
    print_completions(session, line.app, words);
    return 0;
  }
  if (const auto shown = answer_without_server(line.app, arguments, environment)) return *shown;
  const auto failed = [&](CommandFailure failure) {
    if (failure.next == kGeneralHelp) failure.next = help_of(line.app);
    show(failure, environment);
    return static_cast<int>(failure.code);
  };
  try {
    std::vector<std::string> from_the_back(arguments.rbegin(), arguments.rend());  // as CLI11 wants it
    line.app.parse(std::move(from_the_back));
  } catch (const CLI::CallForHelp&) {
    environment.out << line.app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    return failed(usage_failure(line.app, arguments, error));
  }
  Session session(environment, line.target, output_formats.at(line.format));
  const auto outcome = line.words.chosen()(session);
  return outcome ? 0 : failed(outcome.error());
}

int run_cli(int argc, char** argv) {
  Environment environment{.out = std::cout,
                          .err = std::cerr,
                          .in = std::cin,
                          .variable = [](const std::string& name) -> std::optional<std::string> {
                            const char* value = std::getenv(name.c_str());
                            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
                          },
                          .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                          .err_is_terminal = isatty(STDERR_FILENO) == 1,
                          .in_is_terminal = isatty(STDIN_FILENO) == 1,
                          .read_hidden_line = read_line_hidden};
  return run_command({argv + 1, argv + argc}, environment);
}

}  // namespace storefleet::cli
