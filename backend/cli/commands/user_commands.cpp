#include <fmt/format.h>

#include "base/random.hpp"
#include "cli/commands/choices.hpp"
#include "cli/commands/commands.hpp"
#include "cli/secrets.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct UserOptions {
  std::string user;
  std::string email;
  std::string role;
  bool password_stdin = false;
  bool generate_password = false;
  bool disable = false;
  bool enable = false;
  bool revoke_tokens = false;
  bool yes = false;
};

constexpr std::size_t kPasswordLength = 20;  // 119 bits

std::string user_path(const std::string& user) {
  return "/api/v1/users/" + http::percent_encode(user);
}

std::vector<Column> user_columns() {
  return {
      text_column("NAME", "name"),
      text_column("ROLE", "role"),
      {"STATE", [](const auto& user) { return bool_or(user, {"disabled"}, false) ? "disabled" : "active"; }},
      text_column("EMAIL", "email"),
      text_column("CREATED", "createdAt", Column::Shown::kWide)};
}

/// A password that nobody has seen yet is part of what is printed.
void show_user(Session& session, json::value user, const std::string& generated) {
  auto columns = user_columns();
  if (!generated.empty() && user.is_object()) {
    user.get_object()["password"] = generated;
    columns.insert(columns.begin() + 1, text_column("PASSWORD", "password"));
  }
  print(user, columns, session.format, session.environment);
}

/// --role and --email, where they were given.
json::object fields_of(const UserOptions& options) {
  json::object body;
  if (!options.email.empty()) body["email"] = options.email;
  if (!options.role.empty()) body["role"] = options.role;
  return body;
}

Outcome<void> list_users(Session& session) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto users = (*api)->get("/api/v1/users");
  if (!users) return with_next(users.error(), "storefleet user --help");
  print(*users, user_columns(), session.format, session.environment);
  return {};
}

Outcome<void> get_user(Session& session, const std::string& user) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto found = (*api)->get(user_path(user));
  if (!found) return with_next(found.error(), "storefleet user list");
  print(*found, user_columns(), session.format, session.environment);
  return {};
}

/// Without --password-stdin the password is generated, and printed this once.
Outcome<void> create_user(Session& session, const UserOptions& options) {
  auto body = fields_of(options);
  body["name"] = options.user;
  const auto generated = options.password_stdin ? std::string() : random_password(kPasswordLength);
  const auto password =
      options.password_stdin
          ? password_from_input(session, fmt::format("storefleet user create {}", options.user))
          : Outcome<std::string>(generated);
  if (!password) return std::unexpected(password.error());
  body["password"] = *password;
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto made = (*api)->send("POST", "/api/v1/users", std::move(body));
  if (!made)
    return with_next(made.error(), made.error().code == ExitCode::kConflict
                                       ? "storefleet user list"
                                       : "storefleet user create --help");
  show_user(session, *made, generated);
  session.environment.err << "next: storefleet team add-member TEAM " << printable(options.user) << "\n";
  return {};
}

Outcome<void> update_user(Session& session, const UserOptions& options) {
  auto body = fields_of(options);
  if (options.disable || options.enable) body["disabled"] = options.disable;
  if (options.revoke_tokens) body["revokeTokens"] = true;
  std::string generated;
  if (options.password_stdin) {
    const auto password = password_from_input(
        session, fmt::format("storefleet user update {} --generate-password", options.user));
    if (!password) return std::unexpected(password.error());
    body["password"] = *password;
  } else if (options.generate_password) {
    generated = random_password(kPasswordLength);
    body["password"] = generated;
  }
  if (body.empty())
    return std::unexpected(CommandFailure{.code = ExitCode::kUsage,
                                          .message = "Nothing to change was given.",
                                          .next = "storefleet user update --help"});
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const auto changed = (*api)->send("PATCH", user_path(options.user), std::move(body));
  if (!changed) return with_next(changed.error(), "storefleet user list");
  show_user(session, *changed, generated);
  if (const auto left = int_or(*changed, {"remainingTokens"}, 0); left > 0)
    session.environment.err << "API tokens of this user that stay valid: " << left
                            << ".\nnext: storefleet user update " << printable(options.user)
                            << " --revoke-tokens\n";
  return {};
}

Outcome<void> delete_user(Session& session, const UserOptions& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  if (const auto confirmed = confirm(
          session, {.yes = options.yes,
                    .what = fmt::format("the user {} with all their tokens and sessions", options.user),
                    .name = options.user,
                    .next = fmt::format("storefleet user delete {} --yes", options.user)});
      !confirmed)
    return confirmed;
  const auto gone = (*api)->send("DELETE", user_path(options.user));
  if (!gone) return with_next(gone.error(), "storefleet user list");
  session.environment.err << "User " << printable(options.user) << " is gone.\n";
  return {};
}

}  // namespace

void add_user(Words& words) {
  auto& options = words.keep<UserOptions>();
  auto* group = words.add_group("user", "Users");
  words.add_below(*group, "list", "List users", [](Session& s) { return list_users(s); });
  auto* command = words.add_below(*group, "get", "Show a user",
                                  [&options](Session& s) { return get_user(s, options.user); });
  command->add_option("USER", options.user)->required();

  const auto add_fields = [&options](CLI::App* to) {
    to->add_option("--email", options.email, "E-mail address");
    to->add_option("--role", options.role, listed(kPlatformRoles) + " of the platform")
        ->check(one_of(kPlatformRoles));
    to->add_flag("--password-stdin", options.password_stdin, "Read the password from standard input");
  };
  command = words.add_below(*group, "create", "Create a user; prints a new password once",
                            [&options](Session& s) { return create_user(s, options); });
  command->add_option("NAME", options.user, "a-z, 0-9, '.' and '-'")->required();
  add_fields(command);

  command = words.add_below(*group, "update", "Change a user",
                            [&options](Session& s) { return update_user(s, options); });
  command->add_option("USER", options.user)->required();
  add_fields(command);
  auto* generate =
      command->add_flag("--generate-password", options.generate_password, "Print a new password once");
  generate->excludes(command->get_option("--password-stdin"));
  command->add_flag("--revoke-tokens", options.revoke_tokens, "Also revoke all API tokens of the user");
  auto* disable = command->add_flag("--disable", options.disable, "Ends what is open and lets nobody in");
  command->add_flag("--enable", options.enable, "Lets the user in again")->excludes(disable);

  command = words.add_below(*group, "delete", "Delete a user",
                            [&options](Session& s) { return delete_user(s, options); });
  command->add_option("USER", options.user)->required();
  command->add_flag("--yes", options.yes, "Do not ask");
}

}  // namespace storefleet::cli
