#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include "cli/commands.hpp"

namespace storefleet::cli {
namespace {

/// Hands a web address to the desktop. There may be none: the address was printed anyway.
void open_in_browser(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return;
  std::string program = "xdg-open";
  std::string argument = url;
  const std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
}

std::string text_cell(const json::value& row, std::string_view key) {
  return string_or(row, {key}, "-");
}

}  // namespace

Outcome<void> show_credentials(Session& session, const std::string& name) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  auto credentials = (*api)->get(store_path(name, "/credentials"));
  if (!credentials) {
    auto failure = std::move(credentials.error());
    if (failure.code == ExitCode::kConflict)
      failure.next = fmt::format("storefleet wait {} --for ready", name);
    return std::unexpected(std::move(failure));
  }
  print(*credentials,
        {{"USERNAME", [](const auto& row) { return text_cell(row, "username"); }},
         {"PASSWORD", [](const auto& row) { return text_cell(row, "password"); }},
         {"ADMIN", [](const auto& row) { return text_cell(row, "adminUrl"); }}},
        session.format, session.environment);
  return {};
}

Outcome<void> open_store(Session& session, const OpenOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto store = (*api)->get(store_path(options.name));
  if (!store) return std::unexpected(store.error());
  const auto url = string_or(*store, {options.admin ? "adminUrl" : "url"});
  if (url.empty())
    return std::unexpected(
        CommandFailure{.code = ExitCode::kFailed,
                       .message = fmt::format("The store '{}' has no address yet.", options.name),
                       .next = fmt::format("storefleet wait {} --for ready", options.name)});
  session.environment.out << printable(url) << "\n";
  if (session.environment.out_is_terminal) open_in_browser(url);
  return {};
}

}  // namespace storefleet::cli
