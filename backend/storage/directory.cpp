#include "storage/directory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/random.hpp"
#include "storage/columns.hpp"
#include "storage/team_row.hpp"
#include "storage/user_row.hpp"

namespace storefleet::storage {
namespace {

using Transaction = pqxx::transaction_base;

std::unexpected<Error> unknown(std::string_view what, std::string_view name) {
  return fail(ErrorCode::kNotFound, fmt::format("There is no {} named '{}'.", what, name));
}

std::unexpected<Error> taken(std::string_view what, std::string_view name) {
  return fail(ErrorCode::kAlreadyExists, fmt::format("There is a {} named '{}' already.", what, name));
}

std::string as_list(const std::vector<std::string>& plans) {
  return fmt::format("{}", fmt::join(plans, " "));
}

Result<User> find_user(Transaction& transaction, const std::string& name) {
  const auto rows =
      transaction.exec_params(fmt::format("SELECT {} FROM users u WHERE u.name = $1", user_columns()), name);
  if (rows.empty()) return unknown("user", name);
  return user_of(rows[0]);
}

/// Whoever changes or deletes an admin holds this lock, so that two at once cannot remove the last two.
Result<void> keep_an_admin(Transaction& transaction) {
  const auto left = transaction.exec1("SELECT count(*) FROM users WHERE role = 'admin' AND NOT disabled");
  if (left[0].as<int>() > 0) return {};
  return fail(ErrorCode::kConflict, "This is the last admin; make another user an admin first.",
              Reason::kLastAdmin);
}

void lock_users(Transaction& transaction) {
  transaction.exec("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
}

Result<Team> find_team(Transaction& transaction, const std::string& name) {
  const auto rows =
      transaction.exec_params(fmt::format("SELECT {} FROM teams WHERE name = $1", team_columns()), name);
  if (rows.empty()) return unknown("team", name);
  return team_of(rows[0]);
}

}  // namespace

Task<Result<std::vector<User>>> PostgresDirectory::users() {
  return pool_.run_in_transaction([](Transaction& transaction) -> Result<std::vector<User>> {
    std::vector<User> users;
    for (const auto& row :
         transaction.exec(fmt::format("SELECT {} FROM users u ORDER BY u.name", user_columns())))
      users.push_back(user_of(row));
    return users;
  });
}

Task<Result<User>> PostgresDirectory::user(std::string name) {
  return pool_.run_in_transaction(
      [name = std::move(name)](Transaction& transaction) { return find_user(transaction, name); });
}

Task<Result<User>> PostgresDirectory::create_user(User user, std::string password_hash) {
  user.id = random_base32(16);
  return pool_.run_in_transaction([user = std::move(user), hash = std::move(password_hash)](
                                      Transaction& transaction) -> Result<User> {
    transaction.exec_params(
        "INSERT INTO users (id, name, email, role, password_hash) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT DO NOTHING",
        user.id, without_nul(user.name), without_nul(user.email), std::string(to_string(user.role)), hash);
    auto found = find_user(transaction, user.name);
    if (found && found->id != user.id) return taken("user", user.name);
    return found;
  });
}

Task<Result<User>> PostgresDirectory::update_user(std::string name, UserChange change) {
  return pool_.run_in_transaction([name = std::move(name),
                                   change = std::move(change)](Transaction& transaction) -> Result<User> {
    lock_users(transaction);
    const auto role = change.role.transform([](PlatformRole one) { return std::string(to_string(one)); });
    const auto changed = transaction.exec_params(
        "UPDATE users SET email = coalesce($2, email), role = coalesce($3, role), "
        "disabled = coalesce($4, disabled), "
        "password_hash = CASE WHEN $5 = '' THEN password_hash ELSE $5 END WHERE name = $1",
        name, change.email.transform(without_nul), role, change.disabled, change.password_hash);
    if (changed.affected_rows() == 0) return unknown("user", name);
    const auto forget = [&](std::string_view table) {
      transaction.exec_params(
          fmt::format("DELETE FROM {} WHERE user_id = (SELECT id FROM users WHERE name = $1)", table), name);
    };
    if (change.disabled.value_or(false) || !change.password_hash.empty()) {
      forget("sessions");
      forget("devices");  // whoever had the old password may have logged in with it
    }
    if (change.revoke_tokens) forget("tokens");
    if (auto kept = keep_an_admin(transaction); !kept) return std::unexpected(kept.error());
    return find_user(transaction, name);
  });
}

Task<Result<void>> PostgresDirectory::delete_user(std::string name) {
  return pool_.run_in_transaction([name = std::move(name)](Transaction& transaction) -> Result<void> {
    lock_users(transaction);
    const auto deleted = transaction.exec_params("DELETE FROM users WHERE name = $1", name);
    if (deleted.affected_rows() == 0) return unknown("user", name);
    return keep_an_admin(transaction);
  });
}

Task<Result<std::vector<Team>>> PostgresDirectory::teams() {
  return pool_.run_in_transaction([](Transaction& transaction) -> Result<std::vector<Team>> {
    std::vector<Team> teams;
    for (const auto& row :
         transaction.exec(fmt::format("SELECT {} FROM teams ORDER BY name", team_columns())))
      teams.push_back(team_of(row));
    return teams;
  });
}

Task<Result<Team>> PostgresDirectory::team(std::string name) {
  return pool_.run_in_transaction(
      [name = std::move(name)](Transaction& transaction) { return find_team(transaction, name); });
}

Task<Result<Team>> PostgresDirectory::create_team(Team team) {
  return pool_.run_in_transaction([team = std::move(team)](Transaction& transaction) -> Result<Team> {
    const auto made = transaction.exec_params(
        "INSERT INTO teams (name, display_name, max_stores, max_storage, plans) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT DO NOTHING",
        team.name, without_nul(team.display_name), team.quota.stores, team.quota.storage_bytes,
        as_list(team.quota.plans));
    if (made.affected_rows() == 0) return taken("team", team.name);
    return find_team(transaction, team.name);
  });
}

Task<Result<Team>> PostgresDirectory::update_team(std::string name, TeamChange change) {
  return pool_.run_in_transaction(
      [name = std::move(name), change = std::move(change)](Transaction& transaction) -> Result<Team> {
        if (change.display_name)
          transaction.exec_params("UPDATE teams SET display_name = $2 WHERE name = $1", name,
                                  without_nul(*change.display_name));
        if (const auto& quota = change.quota)
          transaction.exec_params(
              "UPDATE teams SET max_stores = $2, max_storage = $3, plans = $4 WHERE name = $1", name,
              quota->stores, quota->storage_bytes, as_list(quota->plans));
        return find_team(transaction, name);
      });
}

Task<Result<void>> PostgresDirectory::delete_team(std::string name) {
  return pool_.run_in_transaction([name = std::move(name)](Transaction& transaction) -> Result<void> {
    const auto deleted = transaction.exec_params("DELETE FROM teams WHERE name = $1", name);
    if (deleted.affected_rows() == 0) return unknown("team", name);
    return {};
  });
}

Task<Result<std::vector<Member>>> PostgresDirectory::members(std::string team) {
  return pool_.run_in_transaction(
      [team = std::move(team)](Transaction& transaction) -> Result<std::vector<Member>> {
        if (const auto found = find_team(transaction, team); !found) return std::unexpected(found.error());
        const auto rows = transaction.exec_params(
            "SELECT u.id, u.name, m.role FROM memberships m JOIN users u ON u.id = m.user_id "
            "WHERE m.team = $1 ORDER BY u.name",
            team);
        std::vector<Member> members;
        for (const auto& row : rows)
          members.push_back({.user_id = row[0].as<std::string>(),
                             .user_name = row[1].as<std::string>(),
                             .role = parse_team_role(row[2].as<std::string>()).value_or(TeamRole::kViewer)});
        return members;
      });
}

Task<Result<void>> PostgresDirectory::set_member(std::string team, std::string user_name, TeamRole role) {
  return pool_.run_in_transaction(
      [team = std::move(team), name = std::move(user_name), role](Transaction& transaction) -> Result<void> {
        if (const auto found = find_team(transaction, team); !found) return std::unexpected(found.error());
        const auto user = find_user(transaction, name);
        if (!user) return std::unexpected(user.error());
        transaction.exec_params(
            "INSERT INTO memberships (team, user_id, role) VALUES ($1, $2, $3) "
            "ON CONFLICT (team, user_id) DO UPDATE SET role = excluded.role",
            team, user->id, std::string(to_string(role)));
        return {};
      });
}

Task<Result<void>> PostgresDirectory::remove_member(std::string team, std::string user_name) {
  return pool_.run_in_transaction(
      [team = std::move(team), name = std::move(user_name)](Transaction& transaction) -> Result<void> {
        const auto removed = transaction.exec_params(
            "DELETE FROM memberships WHERE team = $1 AND user_id = (SELECT id FROM users WHERE name = $2)",
            team, name);
        if (removed.affected_rows() == 0)
          return fail(ErrorCode::kNotFound, fmt::format("'{}' is no member of team '{}'.", name, team));
        return {};
      });
}

}  // namespace storefleet::storage
