#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.hpp"
#include "cli/commands/commands.hpp"
#include "cli/secrets.hpp"

namespace storefleet::cli {
namespace {

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

}  // namespace

Outcome<void> retry_store(Session& session, const StoreAction& options) {
  return act_on_stores(session, options, "retry");
}

Outcome<void> sleep_store(Session& session, const StoreAction& options) {
  return act_on_stores(session, options, "sleep");
}

Outcome<void> wake_store(Session& session, const StoreAction& options) {
  return act_on_stores(session, options, "wake");
}

Outcome<void> upgrade_store(Session& session, const StoreAction& options) {
  return act_on_stores(session, options, "upgrade");
}

Outcome<void> rollback_store(Session& session, const StoreAction& options) {
  return act_on_stores(session, options, "rollback");
}

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

}  // namespace storefleet::cli
