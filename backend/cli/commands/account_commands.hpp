#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cli/session.hpp"

/// Commands about who may do what: the groups team, user and token, and the audit log.
namespace storefleet::cli {

// team_commands.cpp
struct TeamOptions {
  std::string team;
  std::string display_name;
  std::string most_stores;         // a number, or "none" for no limit; empty: as it is
  std::string most_storage;        // "20Gi", or "none"
  std::vector<std::string> plans;  // {"all"}: every plan
  std::string user;
  std::string role = "member";
  bool yes = false;
};
Outcome<void> list_teams(Session& session);
Outcome<void> get_team(Session& session, const std::string& team);
Outcome<void> create_team(Session& session, const TeamOptions& options);
/// Leaves alone what no option is about.
Outcome<void> update_team(Session& session, const TeamOptions& options);
Outcome<void> delete_team(Session& session, const TeamOptions& options);
Outcome<void> list_members(Session& session, const std::string& team);
Outcome<void> add_member(Session& session, const TeamOptions& options);
Outcome<void> remove_member(Session& session, const TeamOptions& options);

// user_commands.cpp
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
Outcome<void> list_users(Session& session);
Outcome<void> get_user(Session& session, const std::string& user);
/// Without --password-stdin the password is generated, and printed this once.
Outcome<void> create_user(Session& session, const UserOptions& options);
Outcome<void> update_user(Session& session, const UserOptions& options);
Outcome<void> delete_user(Session& session, const UserOptions& options);

// token_commands.cpp
struct TokenOptions {
  std::string name;  // of a token; to delete one also its id
  std::string scope = "write";
  int days = 90;
};
Outcome<void> list_tokens(Session& session);
/// Prints the token this once, in a table's place alone.
Outcome<void> create_token(Session& session, const TokenOptions& options);
Outcome<void> delete_token(Session& session, const TokenOptions& options);

struct AuditOptions {
  std::string actor;
  std::string action;
  std::int64_t before = 0;
  int limit = 100;
};
/// Newest first.
Outcome<void> show_audit(Session& session, const AuditOptions& options);

/// The failure with `next` in place of a command that helps with stores.
std::unexpected<CommandFailure> with_next(CommandFailure failure, std::string next);

}  // namespace storefleet::cli
