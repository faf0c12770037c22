#include "storage/logins.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.hpp"
#include "storage/columns.hpp"
#include "storage/user_row.hpp"

namespace storefleet::storage {
namespace {

std::unexpected<Error> unknown(std::string_view what) {
  return fail(ErrorCode::kNotFound, fmt::format("There is no such {}.", what));
}

void read_teams(pqxx::transaction_base& transaction, Identified& found) {
  const auto rows = transaction.exec_params(
      "SELECT m.team, m.role, t.id FROM memberships m JOIN teams t ON t.name = m.team WHERE m.user_id = $1",
      found.user.id);
  for (const auto& row : rows) {
    found.teams[row[0].as<std::string>()] =
        parse_team_role(row[1].as<std::string>()).value_or(TeamRole::kViewer);
    found.team_ids.insert(row[2].as<std::string>());
  }
}

Result<Identified> find_token(pqxx::transaction_base& transaction, const std::string& digest) {
  const auto rows = transaction.exec_params(
      fmt::format(
          "SELECT {}, t.scope, t.id, coalesce(t.last_used_at < now() - interval '1 minute', true), {} "
          "FROM tokens t JOIN users u ON u.id = t.user_id "
          "WHERE t.digest = $1 AND NOT u.disabled AND coalesce(t.expires_at > now(), true)",
          user_columns(), as_time("t.expires_at")),
      digest);
  if (rows.empty()) return unknown("token");
  const auto row = rows[0];
  // Once a minute is enough, and keeps reads from being writes.
  if (row[8].as<bool>())
    transaction.exec_params("UPDATE tokens SET last_used_at = now() WHERE id = $1", row[7].as<std::string>());
  Identified found{.user = user_of(row),
                   .teams = {},
                   .scope = parse_token_scope(row[6].as<std::string>()).value_or(TokenScope::kRead),
                   .expires_at = read_optional_time(row[9])};
  read_teams(transaction, found);
  return found;
}

Result<Identified> find_session(pqxx::transaction_base& transaction, const std::string& digest) {
  const auto rows =
      transaction.exec_params(fmt::format("SELECT {}, {} FROM sessions s JOIN users u ON u.id = s.user_id "
                                          "WHERE s.digest = $1 AND NOT u.disabled AND s.expires_at > now()",
                                          user_columns(), as_time("s.expires_at")),
                              digest);
  if (rows.empty()) return unknown("session");
  Identified found{.user = user_of(rows[0]),
                   .teams = {},
                   .scope = TokenScope::kFull,
                   .expires_at = read_optional_time(rows[0][6])};
  read_teams(transaction, found);
  return found;
}

}  // namespace

Task<Result<void>> PostgresLogins::ensure_admin(std::string name, std::string password_hash) {
  return pool_.run_in_transaction(
      [id = random_base32(16), name = std::move(name),
       hash = std::move(password_hash)](pqxx::transaction_base& transaction) -> Result<void> {
        // Replicas that start together wait for each other here.
        transaction.exec("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
        transaction.exec_params(
            "INSERT INTO users (id, name, role, password_hash) SELECT $1, $2, 'admin', $3 "
            "WHERE NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin') ON CONFLICT (name) DO NOTHING",
            id, name, hash);
        return {};
      });
}

Task<Result<Identified>> PostgresLogins::by_token(std::string digest) {
  return pool_.run_in_transaction([digest = std::move(digest)](pqxx::transaction_base& transaction) {
    return find_token(transaction, digest);
  });
}

Task<Result<Identified>> PostgresLogins::by_session(std::string digest) {
  return pool_.run_in_transaction([digest = std::move(digest)](pqxx::transaction_base& transaction) {
    return find_session(transaction, digest);
  });
}

Task<Result<Logins::Login>> PostgresLogins::login_of(std::string user_name) {
  return pool_.run_in_transaction([name = std::move(user_name)](
                                      pqxx::transaction_base& transaction) -> Result<Login> {
    const auto rows = transaction.exec_params(
        "SELECT id, password_hash FROM users WHERE name = $1 AND NOT disabled AND password_hash <> ''", name);
    if (rows.empty()) return unknown("user");
    return Login{.user_id = rows[0][0].as<std::string>(), .password_hash = rows[0][1].as<std::string>()};
  });
}

Task<Result<void>> PostgresLogins::create_session(std::string digest, std::string user_id,
                                                  TimePoint expires_at) {
  return pool_.run_in_transaction([digest = std::move(digest), user_id = std::move(user_id),
                                   expires_at](pqxx::transaction_base& transaction) -> Result<void> {
    // A few at a time, by index: more than one login adds, so that what is old never heaps up.
    transaction.exec(
        "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE expires_at < now() LIMIT "
        "20)");
    transaction.exec(
        "DELETE FROM access_changes WHERE id IN (SELECT id FROM access_changes "
        "WHERE at < now() - interval '1 hour' ORDER BY at LIMIT 50)");
    transaction.exec_params(
        "INSERT INTO sessions (digest, user_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        digest, user_id, format_time(expires_at));
    return {};
  });
}

Task<Result<void>> PostgresLogins::delete_session(std::string digest) {
  return pool_.run_in_transaction(
      [digest = std::move(digest)](pqxx::transaction_base& transaction) -> Result<void> {
        transaction.exec_params("DELETE FROM sessions WHERE digest = $1", digest);
        return {};
      });
}

Task<Result<int>> PostgresLogins::delete_sessions(std::string user_id) {
  return pool_.run_in_transaction(
      [user_id = std::move(user_id)](pqxx::transaction_base& transaction) -> Result<int> {
        return static_cast<int>(
            transaction.exec_params("DELETE FROM sessions WHERE user_id = $1", user_id).affected_rows());
      });
}

Task<Result<std::vector<ApiToken>>> PostgresLogins::tokens(std::string user_id) {
  return pool_.run_in_transaction(
      [user_id = std::move(user_id)](pqxx::transaction_base& transaction) -> Result<std::vector<ApiToken>> {
        const auto rows = transaction.exec_params(
            fmt::format("SELECT id, user_id, name, scope, {}, {}, {} FROM tokens WHERE user_id = $1 "
                        "ORDER BY created_at, id",
                        as_time("created_at"), as_time("expires_at"), as_time("last_used_at")),
            user_id);
        std::vector<ApiToken> tokens;
        for (const auto& row : rows)
          tokens.push_back({.id = row[0].as<std::string>(),
                            .user_id = row[1].as<std::string>(),
                            .name = row[2].as<std::string>(),
                            .scope = parse_token_scope(row[3].as<std::string>()).value_or(TokenScope::kRead),
                            .created_at = read_time(row[4]),
                            .expires_at = read_optional_time(row[5]),
                            .last_used_at = read_optional_time(row[6])});
        return tokens;
      });
}

Task<Result<ApiToken>> PostgresLogins::create_token(ApiToken token, std::string digest) {
  token.id = random_base32(16);
  token.created_at = std::chrono::system_clock::now();
  return pool_.run_in_transaction([token = std::move(token), digest = std::move(digest)](
                                      pqxx::transaction_base& transaction) -> Result<ApiToken> {
    transaction.exec_params(
        "INSERT INTO tokens (id, user_id, name, digest, scope, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        token.id, token.user_id, without_nul(token.name), digest, std::string(to_string(token.scope)),
        format_time(token.created_at), time_parameter(token.expires_at));
    return token;
  });
}

Task<Result<void>> PostgresLogins::delete_token(std::string user_id, std::string id) {
  return pool_.run_in_transaction([user_id = std::move(user_id),
                                   id = std::move(id)](pqxx::transaction_base& transaction) -> Result<void> {
    const auto deleted =
        transaction.exec_params("DELETE FROM tokens WHERE user_id = $1 AND id = $2", user_id, id);
    if (deleted.affected_rows() == 0) return unknown("token");
    return {};
  });
}

Task<Result<std::vector<AccessChange>>> PostgresLogins::recent_access_changes() {
  return pool_.run_in_transaction(
      [](pqxx::transaction_base& transaction) -> Result<std::vector<AccessChange>> {
        std::vector<AccessChange> changes;
        for (const auto& row : transaction.exec("SELECT id, user_id FROM access_changes "
                                                "WHERE at > clock_timestamp() - interval '30 seconds'"))
          changes.push_back({.id = row[0].as<std::int64_t>(), .user_id = row[1].as<std::string>()});
        return changes;
      });
}

}  // namespace storefleet::storage
