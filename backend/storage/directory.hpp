#pragma once
#include "domain/accounts.hpp"
#include "domain/ports/directory.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// Users, teams and memberships in PostgreSQL.
class PostgresDirectory : public Directory {
 public:
  /// `pool` must outlive this object and its calls.
  explicit PostgresDirectory(Pool& pool) : pool_(pool) {}

  Task<Result<std::vector<User>>> users() override;
  Task<Result<User>> user(std::string name) override;
  Task<Result<User>> create_user(User user, std::string password_hash) override;
  Task<Result<User>> update_user(std::string name, UserChange change) override;
  Task<Result<void>> delete_user(std::string name) override;
  Task<Result<std::vector<Team>>> teams() override;
  Task<Result<Team>> team(std::string name) override;
  Task<Result<Team>> create_team(Team team) override;
  Task<Result<Team>> update_team(std::string name, TeamChange change) override;
  Task<Result<void>> delete_team(std::string name) override;
  Task<Result<std::vector<Member>>> members(std::string team) override;
  Task<Result<void>> set_member(std::string team, std::string user_name, TeamRole role) override;
  Task<Result<void>> remove_member(std::string team, std::string user_name) override;

 private:
  Pool& pool_;
};

}  // namespace storefleet::storage
