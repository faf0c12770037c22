#include "cli/commands/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands/command_words.hpp"
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
constexpr auto kFooter =
    "Exit codes: 0 ok, 1 failed, 2 usage, 3 not logged in, 4 not found, 5 conflict,\n"
    "            6 unreachable, 7 timeout, 8 forbidden.\n"
    "The server also comes from STOREFLEET_SERVER and STOREFLEET_TOKEN.";

constexpr auto kStores = "Stores";
constexpr auto kLooking = "Looking at stores";
constexpr auto kReaching = "Getting into stores";
constexpr auto kPlatform = "This platform, this program";

/// All words and options, and what the chosen command does.
struct CommandLine {
  CommandLine();

  CLI::App app{"Creates, watches and deletes online stores.", "storefleet"};
  std::string format = "table";
  Target target;
  CreateOptions create;
  ListOptions list;
  DeleteOptions remove;
  EventsOptions events;
  LogsOptions logs;
  WaitOptions wait;
  UpdateOptions update;
  OpenOptions open;
  ExposeOptions expose;
  std::string address;
  StoreAction store_action;
  ApplyOptions apply;
  ExtendOptions extend;
  std::string name;
  std::vector<std::string> names;
  std::string shell;
  std::string config_item = "view";
  bool watch = false;
  bool version = false;
  AccountWords accounts;
  Action chosen;

 private:
  CLI::App* add(const std::string& word, const std::string& help, Action action);
  /// The group of the commands that follow, in the help.
  const char* group_ = kStores;
  void add_store_commands();
  void add_watch_commands();
  void add_platform_commands();
};

CLI::App* CommandLine::add(const std::string& word, const std::string& help, Action action) {
  auto* command = add_command(app, word, help, chosen, std::move(action));
  command->group(group_);
  return command;
}

CommandLine::CommandLine() {
  app.require_subcommand(1);
  app.footer(kFooter);
  app.add_flag("--version", version, "Show this program's version");
  app.add_option("-o,--output", format, "table, wide, json, yaml or name")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}))
      ->capture_default_str();
  app.add_option("--server", target.server, "Address of the server");
  app.add_option("-c,--context", target.context,
                 "Name of a server that one has logged in to (storefleet config list)");
  add_store_commands();
  add_watch_commands();
  add_platform_commands();
  accounts.add_to(app, chosen);
  app.footer(std::string(kExamples) + kFooter);
}

/// Lines of examples, before what every command's help ends with.
void show_examples(CLI::App* command, const std::string& lines) {
  command->footer("Examples:\n" + lines + "\n" + kFooter);
}

void CommandLine::add_store_commands() {
  auto* command = add("create", "Create a store", [this](Session& s) { return create_store(s, create); });
  command->add_option("NAME", create.name, "First part of its address: a-z, 0-9 and '-'")->required();
  command->add_option("--engine", create.engine, "Kind of store (storefleet engines); default: the only one");
  command->add_option("--plan", create.plan, "Size of the store; default: small");
  command->add_option("--title", create.title, "Default: the name");
  command->add_option("--email", create.email, "Address of the store's admin");
  command->add_option("--team", create.team, "Who owns it; default: your only team, or default");
  command->add_option("--expires", create.expires, "When it deletes itself: a time, or 12h or 30d from now");
  command->add_option("--host", create.hosts, "Further host name; may be repeated")->expected(1)->take_all();
  command
      ->add_option("--set", create.values,
                   "Engine parameter key=value (storefleet engines NAME); may be repeated")
      ->expected(1)
      ->take_all();
  command->add_flag("--protect", create.protect, "Refuse to delete it until update --no-protect");
  command->add_flag("--no-sample-data", create.no_sample_data, "Begin without products");
  command->add_flag("--wait", create.wait, "Return when the store is ready, or has failed");
  command->add_option("--timeout", create.timeout, "How long --wait waits")->capture_default_str();
  command->add_option("--idempotency-key", create.idempotency_key, "Makes a repeat of this command harmless");
  show_examples(command,
                "  storefleet create demo --wait\n"
                "  storefleet create shop --engine woocommerce --plan medium --set phpWorkers=8\n"
                "  storefleet create fair --title 'Spring fair' --expires 14d --no-sample-data\n");

  command = add("list", "List stores",
                [this](Session& s) { return watch ? watch_stores(s, list, "") : list_stores(s, list); });
  command->alias("ls");
  command->add_flag("-w,--watch", watch, "Go on with each store that changes");
  command->add_option("--phase", list.phase, "Only those in this phase");
  command->add_option("--engine", list.engine, "Only those of this engine");
  command->add_option("--team", list.team, "Only those of this team");
  command->add_option("--query", list.query, "Only those with this in name or title");

  command = add("get", "Show stores", [this](Session& s) -> Outcome<void> {
    if (!watch) return get_stores(s, names);
    if (names.size() == 1) return watch_stores(s, {}, names.front());
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUsage,
                       .message = "--watch takes one store; list --watch shows all of them.",
                       .next = "storefleet list --watch"});
  });
  command->add_option("NAME", names)->required();
  command->add_flag("-w,--watch", watch, "Go on with each of its changes");

  command = add("apply", "Create or change stores as manifests say",
                [this](Session& s) { return apply_manifests(s, apply); });
  command
      ->add_option("-f,--filename", apply.files, "File of Store manifests, YAML or JSON; - is standard input")
      ->required()
      ->expected(1)
      ->take_all();
  command->add_flag("--dry-run", apply.dry_run, "Only have the server check it");
  command->add_flag("--wait", apply.wait, "Return when all of them are ready, or one has failed");
  command->add_option("--timeout", apply.timeout, "How long --wait waits for each")->capture_default_str();

  const auto add_action = [this](const std::string& word, const std::string& help,
                                 Outcome<void> (*run)(Session&, const StoreAction&), bool several = false) {
    auto* made = add(word, help, [this, run](Session& s) { return run(s, store_action); });
    auto* option = made->add_option("NAME", store_action.names)->required();
    if (!several) option->expected(1);
    made->add_flag("--wait", store_action.wait, "Return when it is done, or has failed");
    made->add_option("--timeout", store_action.timeout, "How long --wait waits")->capture_default_str();
    return made;
  };
  add_action("retry", "Try at once what the platform waits to try again", retry_store);
  add_action("sleep", "Scale stores to nothing; their data stays", sleep_store, true);
  add_action("wake", "Start stores that sleep", wake_store, true);
  add_action("rollback", "Go back to the version, plan and values before the last change", rollback_store);
  add_action("reset-password", "Give the store's admin a new password; --wait prints it", reset_password);
  command = add_action("upgrade", "Move a store to a newer version of its engine", upgrade_store);
  command->add_option("--engine-version", store_action.engine_version, "Default: the newest");

  command = add("update", "Change a store", [this](Session& s) { return update_store(s, update); });
  command->add_option("NAME", update.name)->required();
  command->add_option("--plan", update.plan, "Another size; the data stays");
  command->add_option("--title", update.title, "Another title");
  command->add_option("--email", update.email, "Another address of the store's admin");
  command->add_option("--engine-version", update.engine_version, "Another version of the engine");
  command->add_option("--expires", update.expires, "When it deletes itself: a time, 12h or 30d, or never");
  command
      ->add_option("--host", update.hosts,
                   "Further host names, instead of those it has; may be repeated; '' for none")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--set", update.values,
                   "Engine parameter key=value; key= for the default; may be repeated")
      ->expected(1)
      ->take_all();
  command->add_flag_callback("--protect", [this] { update.protect = true; }, "Refuse to delete it");
  command->add_flag_callback("--no-protect", [this] { update.protect = false; }, "Let it be deleted again");
  command->add_flag("--wait", update.wait, "Return when the store is ready again, or has failed");
  command->add_option("--timeout", update.timeout, "How long --wait waits")->capture_default_str();
  show_examples(command,
                "  storefleet update demo --plan medium --wait\n"
                "  storefleet update demo --host shop.example.com --host www.example.com\n"
                "  storefleet update demo --host ''          # no further host names\n"
                "  storefleet update demo --set phpWorkers=   # back to the plan's\n");

  command = add("extend", "Have a store that deletes itself do so later",
                [this](Session& s) { return extend_store(s, extend); });
  command->add_option("NAME", extend.name)->required();
  command->add_option("--by", extend.by, "How much later: 12h or 30d")->capture_default_str();

  command = add("delete", "Delete stores and everything in them",
                [this](Session& s) { return delete_stores(s, remove); });
  command->alias("rm");
  command->add_option("NAME", remove.names)->required();
  command->add_flag("--yes", remove.yes, "Do not ask");
  command->add_flag("--wait,!--no-wait", remove.wait, "Return when it is gone; default: true");
  command->add_option("--timeout", remove.timeout, "How long to wait")->capture_default_str();
  show_examples(command,
                "  storefleet delete demo               # asks for its name\n"
                "  storefleet delete one two three --yes\n");
}

void CommandLine::add_watch_commands() {
  group_ = kLooking;
  auto* command =
      add("events", "Show what happened to a store", [this](Session& s) { return show_events(s, events); });
  command->add_option("NAME", events.name)->required();
  command->add_option("--type", events.type, "Only Normal or Warning ones")
      ->check(CLI::IsMember({"Normal", "Warning"}));
  command->add_option("--source", events.source, "Only those of storefleet or of kubernetes")
      ->check(CLI::IsMember({"storefleet", "kubernetes"}));
  command->add_option("--reason", events.reason, "Only those with exactly this reason");
  command->add_option("--query", events.query, "Only those with this in reason, subject or message");
  command->add_flag("-f,--follow", events.follow, "Go on until the store is gone");

  command = add("logs", "Show a store's log", [this](Session& s) { return show_logs(s, logs); });
  command->add_option("NAME", logs.name)->required();
  command->add_option("--component", logs.component, "web or database; default: web");
  command->add_option("--container", logs.container, "Container of the pod; default: its main one");
  command->add_option("--tail", logs.tail, "Newest lines to begin with")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_option("--since", logs.since, "Only lines younger than this, e.g. 10m");
  command->add_flag("--previous", logs.previous, "Of the container's run before this one");
  command->add_flag("-f,--follow", logs.follow, "Go on as lines come");

  command =
      add("top", "Show what a store uses of its plan", [this](Session& s) { return show_usage(s, name); });
  command->add_option("NAME", name)->required();

  command = add("wait", "Wait for a store", [this](Session& s) { return wait_for_store(s, wait); });
  command->add_option("NAME", wait.name)->required();
  command->add_option("--for", wait.goal, "ready, sleeping or deleted")
      ->check(CLI::IsMember({"ready", "sleeping", "deleted"}))
      ->capture_default_str();
  command->add_option("--timeout", wait.timeout)->capture_default_str();

  group_ = kReaching;
  command = add("credentials", "Show a store's admin login",
                [this](Session& s) { return show_credentials(s, name); });
  command->add_option("NAME", name)->required();

  command = add("open", "Print a store's address; on a terminal also open it",
                [this](Session& s) { return open_store(s, open); });
  command->add_option("NAME", open.name)->required();
  command->add_flag("--admin", open.admin, "The admin's pages, by a login link that works once");

  command = add("check", "Buy something in a store, find the order as its admin, and take it back",
                [this](Session& s) { return check_store(s, name); });
  command->add_option("NAME", name)->required();

  command = add("expose", "Forward a port of this machine to a store (needs kubectl)",
                [this](Session& s) { return expose_store(s, expose); });
  command->add_option("NAME", expose.name)->required();
  command->add_option("--port", expose.port, "Port on 127.0.0.1")->capture_default_str();

  command = add("hosts", "Print hosts-file lines for all stores",
                [this](Session& s) { return show_hosts(s, address); });
  command->add_option("--address", address, "Address of the ingress; default: the server's");
}

void CommandLine::add_platform_commands() {
  group_ = kPlatform;
  auto* command = add("config", "Show the configuration", [this](Session& s) {
    return config_item == "use-context" ? use_context(s, name) : show_config(s, config_item);
  });
  command->require_subcommand(0, 1);
  auto* item = command->add_subcommand("get", "Print one value");
  item->add_option("KEY", config_item, "server")->required()->check(CLI::IsMember({"server"}));
  for (const auto* word : {"view", "list"})
    command->add_subcommand(word, "Show the servers that are known")->callback([this] {
      config_item = "view";
    });
  auto* use = command->add_subcommand("use-context", "Send commands to another known server from now on");
  use->add_option("CONTEXT", name)->required();
  use->callback([this] { config_item = "use-context"; });
  command->add_subcommand("path", "Print where the file is")->callback([this] { config_item = "path"; });

  command = add("help", "Show the help of a command", [](Session&) -> Outcome<void> {
    return std::unexpected(CommandFailure{
        .code = ExitCode::kUsage, .message = "There is no such command.", .next = "storefleet help"});
  });
  command->add_option("COMMAND", names);
  add("version", "Show versions of client and server", [](Session& s) { return show_version(s); });
  add("whoami", "Show who the server takes you for", [](Session& s) { return show_caller(s); });
  command = add("engines", "List the kinds of store on offer; of one its parameters",
                [this](Session& s) { return show_engines(s, name); });
  command->add_option("ENGINE", name, "Show what --set takes for its stores");
  add("doctor", "Check configuration, server, token, clock and kubectl",
      [](Session& s) { return run_doctor(s); });

  command = add("completion", "Print the completion script of a shell",
                [this](Session& s) { return print_completion_script(s, shell); });
  command->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

}  // namespace

namespace {

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
  const auto outcome = line.chosen(session);
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
