#include "cli/commands/store_actions.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "cli/commands/commands.hpp"
#include "cli/secrets.hpp"
#include "cli/waiting.hpp"

namespace storefleet::cli {
namespace {

struct ExtendOptions {
  std::string name;
  std::string by = "30d";  // from the time at which it would delete itself, or from now where that is over
};

struct DeleteOptions {
  std::vector<std::string> names;
  bool yes = false;
  bool wait = true;
  std::string timeout = "5m";
};

/// For so long after an action the failure that a store shows may be the one from before.
constexpr std::chrono::seconds kOldFailure{10};

struct Asked {
  std::string name;
  json::value store;
};

void print_stores(Session& session, const std::vector<Asked>& all, std::size_t wanted) {
  const auto columns = store_columns(std::chrono::system_clock::now());
  if (all.empty()) return;
  if (wanted == 1) return print(all.front().store, columns, session.format, session.environment);
  json::array items;
  for (const auto& [name, store] : all) items.push_back(store);
  print(json::object{{"items", std::move(items)}}, columns, session.format, session.environment);
}

/// Calls a custom method of each store, such as sleep, and then waits for each. Goes on with the others where
/// one refuses.
Outcome<void> act_on_stores(Session& session, const StoreAction& options, const std::string& method) {
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  std::optional<json::object> body;
  if (!options.engine_version.empty()) body = json::object{{"engineVersion", options.engine_version}};
  std::vector<CommandFailure> failures;
  std::vector<Asked> asked;
  for (const auto& name : options.names) {
    auto store = (*api)->send("POST", store_path(name, ":" + method), body);
    if (store)
      asked.push_back({name, *std::move(store)});
    else
      failures.push_back(std::move(store.error()));
  }
  std::vector<Asked> done;
  for (auto& [name, store] : asked) {
    if (options.wait) {
      auto reached = wait_for(session, {.name = name,
                                        .uid = string_or(store, {"uid"}),
                                        .generation = int_or(store, {"generation"}, 0),
                                        .goal = goal_of(store),
                                        .timeout = *timeout,
                                        .old_failure = kOldFailure});
      if (!reached) {
        failures.push_back(std::move(reached.error()));
        continue;
      }
      store = *std::move(reached);
    }
    done.push_back({name, std::move(store)});
  }
  print_stores(session, done, options.names.size());
  if (!options.wait)
    for (const auto& [name, store] : done)
      session.environment.err << "next: storefleet wait " << printable(name) << " --for "
                              << to_string(goal_of(store)) << "\n";
  return end_with(std::move(failures), session.environment);
}

Outcome<void> confirm_all(Session& session, const DeleteOptions& options) {
  for (const auto& name : options.names) {
    auto confirmed =
        confirm(session, {.yes = options.yes,
                          .what = fmt::format("the store {} with all its data", name),
                          .name = name,
                          .next = fmt::format("storefleet delete {} --yes", fmt::join(options.names, " "))});
    if (!confirmed) return confirmed;
  }
  return {};
}

/// Has a store that deletes itself do so later.
Outcome<void> extend_store(Session& session, const ExtendOptions& options) {
  const auto by = parse_duration(options.by, std::chrono::years(10));
  if (!by || !(options.by.ends_with('h') || options.by.ends_with('d')))
    return std::unexpected(
        CommandFailure{.code = ExitCode::kUsage,
                       .message = fmt::format("'{}' is no duration: write 12h or 30d.", options.by),
                       .next = std::string(kGeneralHelp)});
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto store = (*api)->get(store_path(options.name));
  if (!store) return std::unexpected(store.error());
  const auto expires = parse_time(string_or(*store, {"expiresAt"}));
  if (!expires)
    return std::unexpected(CommandFailure{
        .code = ExitCode::kConflict,
        .message =
            fmt::format("The store '{}' does not delete itself: there is nothing to extend.", options.name),
        .next = fmt::format("storefleet get {}", options.name)});
  const auto later = format_time(std::max(*expires, std::chrono::system_clock::now()) + *by);
  const auto extended = (*api)->send("PATCH", store_path(options.name), json::object{{"expiresAt", later}});
  if (!extended) return std::unexpected(extended.error());
  session.environment.err << "Store " << printable(options.name) << " deletes itself at " << later << ".\n";
  print(*extended, store_columns(std::chrono::system_clock::now()), session.format, session.environment);
  return {};
}

/// All of them at once; then waits for each.
Outcome<void> delete_stores(Session& session, const DeleteOptions& options) {
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  if (auto confirmed = confirm_all(session, options); !confirmed) return confirmed;
  auto& world = session.environment;
  std::vector<CommandFailure> failures;
  std::vector<Asked> leaving;
  for (const auto& name : options.names) {
    auto store = (*api)->send("DELETE", store_path(name));
    if (store) {
      leaving.push_back({name, *std::move(store)});
      continue;
    }
    failures.push_back(std::move(store.error()));
    // Nothing else stands in the way of a deletion.
    if (failures.back().code == ExitCode::kConflict)
      failures.back().next = fmt::format("storefleet update {} --no-protect", name);
  }
  for (const auto& [name, store] : leaving) {
    if (options.wait) {
      auto gone = wait_for(
          session,
          {.name = name, .uid = string_or(store, {"uid"}), .goal = WaitGoal::kDeleted, .timeout = *timeout});
      if (!gone) {
        failures.push_back(std::move(gone.error()));
        continue;
      }
    }
    world.err << "Store " << printable(name) << (options.wait ? " is gone.\n" : " is being deleted.\n");
  }
  if (session.format != OutputFormat::kTable && session.format != OutputFormat::kWide)
    print_stores(session, leaving, options.names.size());
  return end_with(std::move(failures), world);
}

/// A custom method without further options.
void add_method(Words& words, const std::string& method, const std::string& help, Stores which) {
  auto& options = words.keep<StoreAction>();
  add_store_action(words, method, help, which, options,
                   [&options, method](Session& s) { return act_on_stores(s, options, method); });
}

}  // namespace

CLI::App* add_store_action(Words& words, const std::string& word, const std::string& help, Stores which,
                           StoreAction& options, Action action) {
  auto* command = words.add(word, help, std::move(action));
  auto* names = command->add_option("NAME", options.names)->required();
  if (which == Stores::kOne) names->expected(1);
  command->add_flag("--wait", options.wait, "Return when it is done, or has failed");
  command->add_option("--timeout", options.timeout, "How long --wait waits")->capture_default_str();
  return command;
}

void add_retry(Words& words) {
  add_method(words, "retry", "Try at once what the platform waits to try again", Stores::kOne);
}

void add_sleep(Words& words) {
  add_method(words, "sleep", "Scale stores to nothing; their data stays", Stores::kSeveral);
}

void add_wake(Words& words) {
  add_method(words, "wake", "Start stores that sleep", Stores::kSeveral);
}

void add_rollback(Words& words) {
  add_method(words, "rollback", "Go back to the version, plan and values before the last change",
             Stores::kOne);
}

void add_upgrade(Words& words) {
  auto& options = words.keep<StoreAction>();
  auto* command =
      add_store_action(words, "upgrade", "Move a store to a newer version of its engine", Stores::kOne,
                       options, [&options](Session& s) { return act_on_stores(s, options, "upgrade"); });
  command->add_option("--engine-version", options.engine_version, "Default: the newest");
}

void add_extend(Words& words) {
  auto& options = words.keep<ExtendOptions>();
  auto* command = words.add("extend", "Have a store that deletes itself do so later",
                            [&options](Session& s) { return extend_store(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_option("--by", options.by, "How much later: 12h or 30d")->capture_default_str();
}

void add_delete(Words& words) {
  auto& options = words.keep<DeleteOptions>();
  auto* command = words.add("delete", "Delete stores and everything in them",
                            [&options](Session& s) { return delete_stores(s, options); });
  command->alias("rm");
  command->add_option("NAME", options.names)->required();
  command->add_flag("--yes", options.yes, "Do not ask");
  command->add_flag("--wait,!--no-wait", options.wait, "Return when it is gone; default: true");
  command->add_option("--timeout", options.timeout, "How long to wait")->capture_default_str();
  show_examples(command,
                "  storefleet delete demo               # asks for its name\n"
                "  storefleet delete one two three --yes\n");
}

}  // namespace storefleet::cli
