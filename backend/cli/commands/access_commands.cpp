#include <array>
#include <cstdlib>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <spawn.h>
#include <unistd.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/store_actions.hpp"
#include "cli/commands/store_list.hpp"
#include "cli/waiting.hpp"
#include "http/client.hpp"

namespace storefleet::cli {
namespace {

struct OpenOptions {
  std::string name;
  bool admin = false;
};

struct ExposeOptions {
  std::string name;
  std::uint16_t port = 8090;
};

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

/// Becomes another program, so that signals reach it; returns where that cannot be started.
void become(std::vector<std::string> words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments.front(), arguments.data());
}

/// The numeric address of a server; empty where its name is not known.
std::string address_of(const std::string& server) {
  const auto url = http::parse_url(server);
  if (!url) return {};
  if (is_loopback_name(url->host)) return "127.0.0.1";
  addrinfo* found = nullptr;
  if (getaddrinfo(url->host.c_str(), nullptr, nullptr, &found) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  return text.data();
}

CommandFailure no_address(const std::string& name) {
  return {.code = ExitCode::kFailed,
          .message = fmt::format("The store '{}' has no address yet.", name),
          .next = fmt::format("storefleet wait {} --for ready", name)};
}

std::string text_cell(const json::value& row, std::string_view key) {
  return string_or(row, {key}, "-");
}

/// When the store last took its settings and its admin's password; empty while it takes them.
std::string site_applied_at(const json::value& store) {
  for (const auto& step : array_at(store, {"steps"}))
    if (string_or(step, {"name"}) == "site") return string_or(step, {"finishedAt"});
  return {};
}

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

/// Gives the store's admin a new password; with `wait` prints it as soon as the store has it.
Outcome<void> reset_password(Session& session, const StoreAction& options) {
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  const auto& name = options.names.front();
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto asked = (*api)->send("POST", store_path(name, ":resetAdminPassword"));
  if (!asked) return std::unexpected(asked.error());
  const auto next = fmt::format("storefleet credentials {}", name);
  if (bool_or(*asked, {"asleep"}, false) || !options.wait) {
    session.environment.err << "The store takes a new password "
                            << (bool_or(*asked, {"asleep"}, false) ? "when it wakes" : "in a moment")
                            << ". next: " << printable(next) << "\n";
    return {};
  }
  // The store is looked at, not its password: each reading of that is recorded.
  for (const auto until = std::chrono::steady_clock::now() + *timeout;;) {
    const auto store = (*api)->get(store_path(name));
    if (!store && store.error().code != ExitCode::kUnreachable) return std::unexpected(store.error());
    if (store && site_applied_at(*store) > site_applied_at(*asked)) return show_credentials(session, name);
    if (std::chrono::steady_clock::now() >= until)
      return std::unexpected(CommandFailure{.code = ExitCode::kTimeout,
                                            .message = "The store has not taken a new password yet.",
                                            .next = next});
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

Outcome<void> open_store(Session& session, const OpenOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto place = options.admin ? (*api)->send("POST", store_path(options.name, ":login"))
                                   : (*api)->get(store_path(options.name));
  if (!place) return std::unexpected(place.error());
  const auto url = string_or(*place, {"url"});
  if (url.empty()) return std::unexpected(no_address(options.name));
  session.environment.out << printable(url) << "\n";
  if (session.environment.out_is_terminal) open_in_browser(url);
  return {};
}

/// Forwards a port of this machine to the store until it is interrupted; needs kubectl.
Outcome<void> expose_store(Session& session, const ExposeOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto store = (*api)->get(store_path(options.name));
  if (!store) return std::unexpected(store.error());
  const auto ns = string_or(*store, {"namespace"});
  if (ns.empty()) return std::unexpected(no_address(options.name));
  session.environment.err << "http://127.0.0.1:" << options.port << "/ leads to the store "
                          << printable(options.name) << " until you press Ctrl+C.\n";
  session.environment.err.flush();
  become({"kubectl", "--namespace", ns, "port-forward", "--address", "127.0.0.1", "service/web",
          fmt::format("{}:80", options.port)});
  return std::unexpected(CommandFailure{
      .code = ExitCode::kFailed,
      .message = "kubectl cannot be started.",
      .next = fmt::format("kubectl --namespace {} port-forward service/web {}:80", ns, options.port)});
}

/// Prints lines for /etc/hosts. `address` empty: that of the server.
Outcome<void> show_hosts(Session& session, const std::string& address) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto ingress = address.empty() ? address_of((*api)->server()) : address;
  if (ingress.empty())
    return std::unexpected(CommandFailure{.code = ExitCode::kUnreachable,
                                          .message = "The server's name cannot be resolved.",
                                          .next = "storefleet hosts --address ADDRESS"});
  const auto stores = list_all_stores(**api, {});
  if (!stores) return std::unexpected(stores.error());
  for (const auto& store : *stores) {
    std::string names;
    if (const auto url = http::parse_url(string_or(store, {"url"}))) names = url->host;
    for (const auto& host : array_at(store, {"hosts"}))
      if (host.is_string()) names += " " + to_std(host.get_string());
    if (!names.empty()) session.environment.out << ingress << "\t" << printable(names) << "\n";
  }
  return {};
}

}  // namespace

void add_reset_password(Words& words) {
  auto& options = words.keep<StoreAction>();
  add_store_action(words, "reset-password", "Give the store's admin a new password; --wait prints it",
                   Stores::kOne, options, [&options](Session& s) { return reset_password(s, options); });
}

void add_credentials(Words& words) {
  auto& name = words.keep<std::string>();
  auto* command = words.add("credentials", "Show a store's admin login",
                            [&name](Session& s) { return show_credentials(s, name); });
  command->add_option("NAME", name)->required();
}

void add_open(Words& words) {
  auto& options = words.keep<OpenOptions>();
  auto* command = words.add("open", "Print a store's address; on a terminal also open it",
                            [&options](Session& s) { return open_store(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_flag("--admin", options.admin, "The admin's pages, by a login link that works once");
}

void add_expose(Words& words) {
  auto& options = words.keep<ExposeOptions>();
  auto* command = words.add("expose", "Forward a port of this machine to a store (needs kubectl)",
                            [&options](Session& s) { return expose_store(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_option("--port", options.port, "Port on 127.0.0.1")->capture_default_str();
}

void add_hosts(Words& words) {
  auto& address = words.keep<std::string>();
  auto* command = words.add("hosts", "Print hosts-file lines for all stores",
                            [&address](Session& s) { return show_hosts(s, address); });
  command->add_option("--address", address, "Address of the ingress; default: the server's");
}

}  // namespace storefleet::cli
