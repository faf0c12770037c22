#include "storage/identities.hpp"

#include <fmt/format.h>

#include "base/random.hpp"
#include "storage/columns.hpp"
#include "storage/user_row.hpp"

namespace storefleet::storage {
namespace {

using Transaction = pqxx::transaction_base;

constexpr int kMostNamesTried = 1000;

Result<User> find_user(Transaction& transaction, const ExternalIdentity& identity) {
  const auto rows =
      transaction.exec_params(fmt::format("SELECT {} FROM identities i JOIN users u ON u.id = i.user_id "
                                          "WHERE i.issuer = $1 AND i.subject = $2",
                                          user_columns()),
                              identity.issuer, identity.subject);
  if (rows.empty()) return fail(ErrorCode::kNotFound, "No user has this identity.");
  return user_of(rows[0]);
}

/// Those who would give the same identity to somebody wait for each other.
void lock(Transaction& transaction, const ExternalIdentity& identity) {
  transaction.exec_params("SELECT pg_advisory_xact_lock(hashtext($1))",
                          fmt::format("identity {} {}", identity.issuer, identity.subject));
}

Result<std::string> insert_user(Transaction& transaction, const NewcomerAccount& account) {
  auto id = random_base32(16);
  auto name = account.name;
  for (int next = 2; next <= kMostNamesTried; ++next) {
    const auto made = transaction.exec_params(
        "INSERT INTO users (id, name, email, role) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING", id,
        name, account.email, std::string(to_string(account.role)));
    if (made.affected_rows() == 1) return id;
    name = fmt::format("{}-{}", account.name, next);
  }
  return fail(ErrorCode::kConflict, fmt::format("No name like '{}' is free.", account.name));
}

ExternalIdentity storable(ExternalIdentity identity) {
  return {without_nul(std::move(identity.issuer)), without_nul(std::move(identity.subject))};
}

}  // namespace

Task<Result<User>> PostgresIdentities::user_of(ExternalIdentity identity) {
  return pool_.run_in_transaction([identity = storable(std::move(identity))](Transaction& transaction) {
    return find_user(transaction, identity);
  });
}

Task<Result<User>> PostgresIdentities::create_user(ExternalIdentity identity, NewcomerAccount account) {
  account.name = without_nul(std::move(account.name));
  account.email = without_nul(std::move(account.email));
  return pool_.run_in_transaction([identity = storable(std::move(identity)),
                                   account = std::move(account)](Transaction& transaction) -> Result<User> {
    lock(transaction, identity);
    auto known = find_user(transaction, identity);
    if (known) return known;
    const auto id = insert_user(transaction, account);
    if (!id) return std::unexpected(id.error());
    transaction.exec_params("INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3)",
                            identity.issuer, identity.subject, *id);
    transaction.exec_params(
        "INSERT INTO memberships (team, user_id, role) SELECT name, $2, 'member' FROM teams WHERE name = $1",
        account.team, *id);
    return find_user(transaction, identity);
  });
}

Task<Result<void>> PostgresIdentities::link(ExternalIdentity identity, std::string user_name) {
  return pool_.run_in_transaction(
      [identity = storable(std::move(identity)),
       name = without_nul(std::move(user_name))](Transaction& transaction) -> Result<void> {
        lock(transaction, identity);
        const auto users = transaction.exec_params("SELECT id FROM users WHERE name = $1", name);
        if (users.empty())
          return fail(ErrorCode::kNotFound, fmt::format("There is no user named '{}'.", name));
        const auto id = users[0][0].as<std::string>();
        const auto owner = find_user(transaction, identity);
        if (owner && owner->id != id)
          return fail(ErrorCode::kAlreadyExists, fmt::format("This identity is '{}'.", owner->name));
        transaction.exec_params(
            "INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3) "
            "ON CONFLICT (user_id, issuer) DO UPDATE SET subject = excluded.subject, linked_at = now()",
            identity.issuer, identity.subject, id);
        return {};
      });
}

Task<Result<void>> PostgresIdentities::unlink(std::string issuer, std::string user_name) {
  return pool_.run_in_transaction(
      [issuer = without_nul(std::move(issuer)),
       name = without_nul(std::move(user_name))](Transaction& transaction) -> Result<void> {
        const auto gone = transaction.exec_params(
            "DELETE FROM identities i USING users u WHERE u.id = i.user_id AND u.name = $1 AND i.issuer = $2 "
            "RETURNING u.id",
            name, issuer);
        if (gone.empty())
          return fail(ErrorCode::kNotFound, fmt::format("There is no user '{}' who logs in there.", name));
        transaction.exec_params("DELETE FROM sessions WHERE user_id = $1", gone[0][0].as<std::string>());
        return {};
      });
}

Task<Result<User>> PostgresIdentities::set_role(std::string user_id, PlatformRole role) {
  return pool_.run_in_transaction([id = std::move(user_id), role](Transaction& transaction) -> Result<User> {
    // As in PostgresDirectory: two at once must not remove the last two admins.
    transaction.exec("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
    transaction.exec_params(
        "UPDATE users SET role = $2 WHERE id = $1 AND ($2 = 'admin' OR EXISTS "
        "(SELECT 1 FROM users WHERE role = 'admin' AND NOT disabled AND id <> $1))",
        id, std::string(to_string(role)));
    const auto rows =
        transaction.exec_params(fmt::format("SELECT {} FROM users u WHERE u.id = $1", user_columns()), id);
    if (rows.empty()) return fail(ErrorCode::kNotFound, "There is no such user.");
    return storage::user_of(rows[0]);
  });
}

Task<Result<bool>> PostgresIdentities::use_once(std::string digest, TimePoint expires_at) {
  return pool_.run_in_transaction([digest = std::move(digest),
                                   expires_at](Transaction& transaction) -> Result<bool> {
    transaction.exec(
        "DELETE FROM used_logins WHERE digest IN (SELECT digest FROM used_logins WHERE expires_at < now() "
        "LIMIT 20)");
    const auto made = transaction.exec_params(
        "INSERT INTO used_logins (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", digest,
        format_time(expires_at));
    return made.affected_rows() == 1;
  });
}

}  // namespace storefleet::storage
