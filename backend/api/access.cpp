#include "api/access.hpp"

#include <fmt/format.h>

namespace storefleet::api {
namespace {

TeamRole least_role(Permission permission) {
  switch (permission) {
    case Permission::kManageTeam:
      return TeamRole::kOwner;
    case Permission::kChangeTeam:
      return TeamRole::kMember;
    default:
      return TeamRole::kViewer;
  }
}

TokenScope least_scope(Permission permission) {
  switch (permission) {
    case Permission::kSelf:
    case Permission::kManageTeam:
    case Permission::kAdmin:
      return TokenScope::kFull;
    case Permission::kChangeTeam:
      return TokenScope::kWrite;
    default:
      return TokenScope::kRead;
  }
}

bool of_a_team(Permission permission) {
  return permission == Permission::kReadTeam || permission == Permission::kChangeTeam ||
         permission == Permission::kManageTeam;
}

Problem forbidden(std::string detail) {
  return to_problem({ErrorCode::kForbidden, std::move(detail)});
}

}  // namespace

bool may_see(const Principal& caller, std::string_view team) {
  return caller.role == PlatformRole::kAdmin || caller.teams.contains(std::string(team));
}

TeamFilter visible_teams(const Principal& caller) {
  if (caller.role == PlatformRole::kAdmin) return std::nullopt;
  TeamFilter teams(std::in_place);
  for (const auto& [team, role] : caller.teams) teams->push_back(team);
  return teams;
}

std::optional<Problem> refuse_access(const Principal& caller, Permission permission, std::string_view team,
                                     std::string_view thing) {
  if (permission == Permission::kAnyone) return std::nullopt;
  if (caller.via == Via::kNobody)
    return to_problem({ErrorCode::kUnauthenticated, "This needs a login, or a token that the server knows."});
  if (of_a_team(permission) && !may_see(caller, team))
    return to_problem({ErrorCode::kNotFound, fmt::format("There is no {}.", thing)});
  const auto scope = least_scope(permission);
  if (caller.scope < scope)
    return forbidden(fmt::format("The token has the scope '{}'; this needs '{}'.", to_string(caller.scope),
                                 to_string(scope)));
  if (caller.role == PlatformRole::kAdmin) return std::nullopt;
  if (permission == Permission::kAdmin) return forbidden("Only an admin of the platform may do this.");
  if (!of_a_team(permission)) return std::nullopt;
  const auto role = least_role(permission);
  if (caller.teams.at(std::string(team)) < role)
    return forbidden(fmt::format("This needs the role '{}' in team '{}'; yours is '{}'.", to_string(role),
                                 team, to_string(caller.teams.at(std::string(team)))));
  return std::nullopt;
}

}  // namespace storefleet::api
