#pragma once
#include "cli/commands/command_words.hpp"

/// The commands. Each file has the words and options of its own, and the functions that they call.
namespace storefleet::cli {

// store_commands.cpp
void add_create(Words& words);
void add_list(Words& words);
void add_get(Words& words);
void add_update(Words& words);

// apply_command.cpp
void add_apply(Words& words);

// store_actions.cpp
void add_retry(Words& words);
void add_sleep(Words& words);
void add_wake(Words& words);
void add_rollback(Words& words);
void add_upgrade(Words& words);
void add_extend(Words& words);
void add_delete(Words& words);

// access_commands.cpp
void add_reset_password(Words& words);
void add_credentials(Words& words);
void add_open(Words& words);
void add_expose(Words& words);
void add_hosts(Words& words);

// watch_commands.cpp
void add_events(Words& words);
void add_wait(Words& words);

// insight_commands.cpp
void add_logs(Words& words);
void add_top(Words& words);

// check_command.cpp
void add_check(Words& words);

// platform_commands.cpp
void add_config(Words& words);
void add_version(Words& words);
void add_whoami(Words& words);
void add_engines(Words& words);

// doctor_command.cpp
void add_doctor(Words& words);

// completion.cpp
void add_completion(Words& words);

// login_commands.cpp
void add_login(Words& words);
void add_logout(Words& words);

// password_command.cpp
void add_password(Words& words);

// team_commands.cpp
void add_team(Words& words);

// user_commands.cpp
void add_user(Words& words);

// token_commands.cpp
void add_token(Words& words);

// audit_command.cpp
void add_audit(Words& words);

}  // namespace storefleet::cli
