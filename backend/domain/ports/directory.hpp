#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/accounts.hpp"

namespace storefleet::inline domain {

/// Users, teams and who belongs to which.
class Directory {
 public:
  virtual ~Directory() = default;

  virtual Task<Result<std::vector<User>>> users() = 0;
  virtual Task<Result<User>> user(std::string name) = 0;
  virtual Task<Result<User>> create_user(User user, std::string password_hash) = 0;
  /// A new password and a disabled user end all sessions. Conflict where no admin would be left.
  virtual Task<Result<User>> update_user(std::string name, UserChange change) = 0;
  virtual Task<Result<void>> delete_user(std::string name) = 0;

  virtual Task<Result<std::vector<Team>>> teams() = 0;
  virtual Task<Result<Team>> team(std::string name) = 0;
  virtual Task<Result<Team>> create_team(Team team) = 0;
  virtual Task<Result<Team>> update_team(std::string name, TeamChange change) = 0;
  virtual Task<Result<void>> delete_team(std::string name) = 0;

  /// NotFound where there is no such team.
  virtual Task<Result<std::vector<Member>>> members(std::string team) = 0;
  /// NotFound where there is no such team or user.
  virtual Task<Result<void>> set_member(std::string team, std::string user_name, TeamRole role) = 0;
  virtual Task<Result<void>> remove_member(std::string team, std::string user_name) = 0;
};

}  // namespace storefleet::inline domain
