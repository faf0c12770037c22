#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "cli/waiting.hpp"

/// The commands, one function each; run.cpp maps words to them.
namespace storefleet::cli {

// store_commands.cpp
struct CreateOptions {
  std::string name;
  std::string engine;
  std::string plan;
  std::string title;
  std::string email;
  std::string team;
  std::string expires;  // a time (RFC 3339) or a duration from now
  std::vector<std::string> hosts;
  std::vector<std::string> values;  // key=value
  bool no_sample_data = false;
  bool wait = false;
  std::string timeout = "5m";
  std::string idempotency_key;
  bool protect = false;
};
Outcome<void> create_store(Session& session, const CreateOptions& options);

struct UpdateOptions {
  std::string name;
  std::string plan;
  std::string title;
  std::string email;
  std::string engine_version;
  std::string expires;              // a time (RFC 3339), a duration from now, or "never"
  std::vector<std::string> hosts;   // one that is empty: none any more
  std::optional<bool> protect;      // from deletion
  std::vector<std::string> values;  // key=value; key= takes it back to its default
  bool wait = false;
  std::string timeout = "5m";
};
Outcome<void> update_store(Session& session, const UpdateOptions& options);

struct ListOptions {
  std::string phase;
  std::string engine;
  std::string team;
  std::string query;
};
/// Every page.
Outcome<json::array> list_all_stores(ApiClient& api, const ListOptions& options);
Outcome<void> list_stores(Session& session, const ListOptions& options);
/// One store, or several in the order of their names; fails with those that there are not.
Outcome<void> get_stores(Session& session, const std::vector<std::string>& names);

// store_actions.cpp
/// A custom method of a store, like `POST /api/v1/stores/demo:sleep`.
struct StoreAction {
  std::vector<std::string> names;
  std::string engine_version;  // of upgrade; empty: the newest
  bool wait = false;
  std::string timeout = "5m";
};
/// Has the platform try at once what it waits to try again.
Outcome<void> retry_store(Session& session, const StoreAction& options);
Outcome<void> sleep_store(Session& session, const StoreAction& options);
Outcome<void> wake_store(Session& session, const StoreAction& options);
Outcome<void> upgrade_store(Session& session, const StoreAction& options);
Outcome<void> rollback_store(Session& session, const StoreAction& options);

struct ExtendOptions {
  std::string name;
  std::string by = "30d";  // from the time at which it would delete itself, or from now where that is over
};
/// Has a store that deletes itself do so later.
Outcome<void> extend_store(Session& session, const ExtendOptions& options);

struct DeleteOptions {
  std::vector<std::string> names;
  bool yes = false;
  bool wait = true;
  std::string timeout = "5m";
};
/// All of them at once; then waits for each.
Outcome<void> delete_stores(Session& session, const DeleteOptions& options);

// watch_commands.cpp
struct EventsOptions {
  std::string name;
  std::string type;    // Normal or Warning
  std::string source;  // storefleet or kubernetes
  std::string reason;
  std::string query;
  bool follow = false;
};
Outcome<void> show_events(Session& session, const EventsOptions& options);

/// Prints the stores that `options` means (the one of that name, where it is not empty), then each of them
/// whenever it changes, until interrupted.
Outcome<void> watch_stores(Session& session, const ListOptions& options, const std::string& name);

struct WaitOptions {
  std::string name;
  std::string goal = "ready";
  std::string timeout = "5m";
};
Outcome<void> wait_for_store(Session& session, const WaitOptions& options);

// insight_commands.cpp
struct LogsOptions {
  std::string name;
  std::string component;
  std::string container;
  int tail = 200;
  std::string since;
  bool previous = false;
  bool follow = false;
};
/// Prints the lines as they are, but for what could drive a terminal.
Outcome<void> show_logs(Session& session, const LogsOptions& options);
/// Usage of pods, volumes and quota.
Outcome<void> show_usage(Session& session, const std::string& name);

// access_commands.cpp
Outcome<void> show_credentials(Session& session, const std::string& name);
/// Gives the store's admin a new password; with `wait` prints it as soon as the store has it.
Outcome<void> reset_password(Session& session, const StoreAction& options);
struct OpenOptions {
  std::string name;
  bool admin = false;
};
Outcome<void> open_store(Session& session, const OpenOptions& options);
struct ExposeOptions {
  std::string name;
  std::uint16_t port = 8090;
};
/// Forwards a port of this machine to the store until it is interrupted; needs kubectl.
Outcome<void> expose_store(Session& session, const ExposeOptions& options);
/// Prints lines for /etc/hosts. `address` empty: that of the server.
Outcome<void> show_hosts(Session& session, const std::string& address);

// apply_command.cpp
struct ApplyOptions {
  std::vector<std::string> files;  // "-": standard input
  bool dry_run = false;
  bool wait = false;
  std::string timeout = "5m";
};
/// Creates or changes stores as their manifests (the Store resource, YAML or JSON) say.
Outcome<void> apply_manifests(Session& session, const ApplyOptions& options);

// check_command.cpp
Outcome<void> check_store(Session& session, const std::string& name);

// login_commands.cpp
struct LoginOptions {
  std::string server;
  std::string username;  // by password; else by token
  bool password_stdin = false;
  int token_days = 90;
  bool token_stdin = false;
  std::string token_file;
};
/// By password it goes on with a token of its own, which expires. The context is named by --context.
Outcome<void> login(Session& session, const LoginOptions& options);
struct LogoutOptions {
  bool everywhere = false;  // also ends all sessions in browsers
};
/// Forgets the current or the named server and its token, which it revokes where login made it; says so also
/// where none is known.
Outcome<void> logout(Session& session, const LogoutOptions& options);

// password_command.cpp
struct PasswordOptions {
  bool password_stdin = false;  // the current one on the first line, the new one on the second
  bool revoke_tokens = false;
};
/// Changes the caller's password, and says which API tokens stay valid.
Outcome<void> change_password(Session& session, const PasswordOptions& options);

// platform_commands.cpp
Outcome<void> use_context(Session& session, const std::string& name);
Outcome<void> show_config(Session& session, const std::string& what);  // server, view or path
Outcome<void> show_version(Session& session);
/// The engines; with a name what a store of that one can be given by --set.
Outcome<void> show_engines(Session& session, const std::string& name);
/// Who the server takes the caller for.
Outcome<void> show_caller(Session& session);

// doctor_command.cpp
/// Looks at everything that a command needs, and says what to do about what is wrong.
Outcome<void> run_doctor(Session& session);

/// A --timeout, or what is wrong with it.
Outcome<std::chrono::milliseconds> read_timeout(const std::string& text);

}  // namespace storefleet::cli
