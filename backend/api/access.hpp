#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/auth.hpp"
#include "api/problem.hpp"

/// Who may do what (docs/permissions.md). A store or team that the caller may not see does not exist for
/// them: the answer is 404, before it could be 403.
namespace storefleet::api {

/// What a route asks of its caller.
enum class Permission {
  kAnyone,      // also who is not logged in
  kLoggedIn,    // and a read scope
  kSelf,        // changes what is their own: full scope
  kReadTeam,    // viewer of the team
  kChangeTeam,  // member, with at least the scope write
  kManageTeam,  // owner, with the scope full
  kAdmin,       // platform admin, with the scope full
};

/// Whether the caller may read what belongs to that team.
bool may_see(const Principal& caller, std::string_view team);

/// The teams whose things the caller may see.
TeamFilter visible_teams(const Principal& caller);

/// Nothing where the caller may; else 401, 404 (it is not theirs to know) or 403. `team` is of what the route
/// works on, and empty for routes without one; `thing` names it in a 404, e.g. "store named 'demo'".
std::optional<Problem> refuse_access(const Principal& caller, Permission permission, std::string_view team,
                                     std::string_view thing);

}  // namespace storefleet::api
