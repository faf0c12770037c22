#include "cli/commands/command_words.hpp"

namespace storefleet::cli {
namespace {

constexpr int kMostDays = 366;

/// A word that only leads to other words.
CLI::App* add_group(CLI::App& app, const std::string& word, const std::string& help) {
  auto* group = app.add_subcommand(word, help);
  group->fallthrough();
  group->require_subcommand(1);
  return group;
}

void add_quota_options(CLI::App* command, TeamOptions& options) {
  command->add_option("--display-name", options.display_name, "Its name for people");
  command->add_option("--max-stores", options.most_stores, "Most stores that it may have, or none");
  command->add_option("--max-storage", options.most_storage,
                      "Most that its volumes may take together, e.g. 20Gi, or none");
  command->add_option("--plans", options.plans, "Plans that it may use, e.g. small,medium, or all")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
}

}  // namespace

CLI::App* add_command(CLI::App& parent, const std::string& word, const std::string& help, Action& chosen,
                      Action action) {
  auto* command = parent.add_subcommand(word, help);
  command->fallthrough();
  command->callback([&chosen, action = std::move(action)] { chosen = action; });
  return command;
}

void AccountWords::add_to(CLI::App& app, Action& chosen) {
  add_login(app, chosen);
  constexpr auto kAccounts = "Teams, users, tokens";
  add_team(app, chosen);
  add_user(app, chosen);
  add_token(app, chosen);
  auto* command = add_command(app, "audit", "Show what was done, by whom", chosen,
                              [this](Session& s) { return show_audit(s, audit_); });
  command->add_option("--actor", audit_.actor, "Only what this user did");
  command->add_option("--action", audit_.action, "Only this, e.g. store.create");
  command->add_option("--before", audit_.before, "Only entries with a smaller id")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--limit", audit_.limit, "Most entries")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  for (const auto* word : {"login", "logout", "password", "team", "user", "token", "audit"})
    app.get_subcommand(word)->group(kAccounts);
}

void AccountWords::add_login(CLI::App& app, Action& chosen) {
  auto* command = add_command(app, "login", "Remember a server and what to call it with", chosen,
                              [this](Session& s) { return login(s, login_); });
  command->add_option("SERVER", login_.server, "Its address, e.g. https://stores.example.com")->required();
  command->add_option("--username", login_.username,
                      "Log in with a password, which is asked for, and make a token");
  command->add_flag("--password-stdin", login_.password_stdin, "Read the password from standard input");
  command->add_option("--token-days", login_.token_days, "How long the made token is valid")
      ->check(CLI::Range(1, kMostDays))
      ->capture_default_str();
  command->add_flag("--token-stdin", login_.token_stdin, "Read a token from standard input");
  command->add_option("--token-file", login_.token_file, "Read a token from a file");
  command = add_command(app, "logout", "Forget a server and its token; revokes the token that login made",
                        chosen, [this](Session& s) { return logout(s, logout_); });
  command->add_flag("--everywhere", logout_.everywhere,
                    "Also end all your sessions in browsers, and say which tokens stay");
  command = add_command(app, "password", "Change your password; ends all your sessions in browsers", chosen,
                        [this](Session& s) { return change_password(s, password_); });
  command->add_flag("--password-stdin", password_.password_stdin,
                    "Read the current and the new password from two lines of standard input");
  command->add_flag("--revoke-tokens", password_.revoke_tokens,
                    "Also revoke all your API tokens, this one too");
}

void AccountWords::add_team(CLI::App& app, Action& chosen) {
  auto* group = add_group(app, "team", "Teams, their quotas and members");
  add_command(*group, "list", "List teams", chosen, [](Session& s) { return list_teams(s); });
  auto* command = add_command(*group, "get", "Show a team", chosen,
                              [this](Session& s) { return get_team(s, team_.team); });
  command->add_option("TEAM", team_.team)->required();

  command = add_command(*group, "create", "Create a team", chosen,
                        [this](Session& s) { return create_team(s, team_); });
  command->add_option("NAME", team_.team, "a-z, 0-9 and '-'")->required();
  add_quota_options(command, team_);

  command = add_command(*group, "update", "Change a team's name or quota", chosen,
                        [this](Session& s) { return update_team(s, team_); });
  command->add_option("TEAM", team_.team)->required();
  add_quota_options(command, team_);

  command = add_command(*group, "delete", "Delete a team without stores", chosen,
                        [this](Session& s) { return delete_team(s, team_); });
  command->add_option("TEAM", team_.team)->required();
  command->add_flag("--yes", team_.yes, "Do not ask");

  command = add_command(*group, "members", "List who belongs to a team", chosen,
                        [this](Session& s) { return list_members(s, team_.team); });
  command->add_option("TEAM", team_.team)->required();

  command = add_command(*group, "add-member", "Take a user into a team, or change the role there", chosen,
                        [this](Session& s) { return add_member(s, team_); });
  command->add_option("TEAM", team_.team)->required();
  command->add_option("USER", team_.user)->required();
  command->add_option("--role", team_.role, "viewer, member or owner")
      ->check(CLI::IsMember({"viewer", "member", "owner"}))
      ->capture_default_str();

  command = add_command(*group, "remove-member", "Take a user out of a team", chosen,
                        [this](Session& s) { return remove_member(s, team_); });
  command->add_option("TEAM", team_.team)->required();
  command->add_option("USER", team_.user)->required();
}

void AccountWords::add_user(CLI::App& app, Action& chosen) {
  auto* group = add_group(app, "user", "Users");
  add_command(*group, "list", "List users", chosen, [](Session& s) { return list_users(s); });
  auto* command = add_command(*group, "get", "Show a user", chosen,
                              [this](Session& s) { return get_user(s, user_.user); });
  command->add_option("USER", user_.user)->required();

  const auto add_fields = [this](CLI::App* to) {
    to->add_option("--email", user_.email, "E-mail address");
    to->add_option("--role", user_.role, "user or admin of the platform")
        ->check(CLI::IsMember({"user", "admin"}));
    to->add_flag("--password-stdin", user_.password_stdin, "Read the password from standard input");
  };
  command = add_command(*group, "create", "Create a user; prints a new password once", chosen,
                        [this](Session& s) { return create_user(s, user_); });
  command->add_option("NAME", user_.user, "a-z, 0-9, '.' and '-'")->required();
  add_fields(command);

  command = add_command(*group, "update", "Change a user", chosen,
                        [this](Session& s) { return update_user(s, user_); });
  command->add_option("USER", user_.user)->required();
  add_fields(command);
  auto* generate =
      command->add_flag("--generate-password", user_.generate_password, "Print a new password once");
  generate->excludes(command->get_option("--password-stdin"));
  command->add_flag("--revoke-tokens", user_.revoke_tokens, "Also revoke all API tokens of the user");
  auto* disable = command->add_flag("--disable", user_.disable, "Ends what is open and lets nobody in");
  command->add_flag("--enable", user_.enable, "Lets the user in again")->excludes(disable);

  command = add_command(*group, "delete", "Delete a user", chosen,
                        [this](Session& s) { return delete_user(s, user_); });
  command->add_option("USER", user_.user)->required();
  command->add_flag("--yes", user_.yes, "Do not ask");
}

void AccountWords::add_token(CLI::App& app, Action& chosen) {
  auto* group = add_group(app, "token", "Your API tokens");
  add_command(*group, "list", "List your tokens", chosen, [](Session& s) { return list_tokens(s); });
  auto* command = add_command(*group, "create", "Make a token and print it once", chosen,
                              [this](Session& s) { return create_token(s, token_); });
  command->add_option("NAME", token_.name, "What it is for")->required();
  command->add_option("--scope", token_.scope, "read, write or full")
      ->check(CLI::IsMember({"read", "write", "full"}))
      ->capture_default_str();
  command->add_option("--days", token_.days, "How long it is valid")
      ->check(CLI::Range(1, kMostDays))
      ->capture_default_str();
  command = add_command(*group, "delete", "Revoke a token", chosen,
                        [this](Session& s) { return delete_token(s, token_); });
  command->add_option("TOKEN", token_.name, "Its id, or its name where only one has it")->required();
}

}  // namespace storefleet::cli
