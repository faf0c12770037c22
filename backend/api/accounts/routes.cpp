#include "api/accounts/routes.hpp"

#include <array>

namespace storefleet::api {
namespace {

using enum Permission;

constexpr auto kRoutes = std::to_array<Route>({
    {"POST", "/api/v1/auth/login", log_in, kAnyone, "", {.refused_action = "session.create"}},
    {"GET", "/api/v1/auth/providers", list_auth_providers, kAnyone},
    {"GET", "/api/v1/auth/oidc/login", start_oidc_login, kAnyone},
    {"GET", "/api/v1/auth/oidc/callback", finish_oidc_login, kAnyone},
    {"POST", "/api/v1/auth/logout", log_out, kLoggedIn, "session.delete"},
    {"GET", "/api/v1/me", get_me, kLoggedIn},
    {"PUT", "/api/v1/me/password", change_password, kSelf, "password.change"},
    {"GET", "/api/v1/tokens", list_tokens, kLoggedIn},
    {"POST", "/api/v1/tokens", create_token, kSelf, "token.create", {.reveals_secret = true}},
    {"DELETE", "/api/v1/tokens/{id}", delete_token, kSelf, "token.delete"},
    {"GET", "/api/v1/teams", list_teams, kLoggedIn},
    {"POST", "/api/v1/teams", create_team, kAdmin, "team.create"},
    {"GET", "/api/v1/teams/{team}", get_team, kReadTeam},
    {"PATCH", "/api/v1/teams/{team}", update_team, kAdmin, "team.update"},
    {"DELETE", "/api/v1/teams/{team}", delete_team, kAdmin, "team.delete"},
    {"GET", "/api/v1/teams/{team}/members", list_members, kReadTeam},
    {"PUT", "/api/v1/teams/{team}/members/{user}", set_member, kManageTeam, "member.set"},
    {"DELETE", "/api/v1/teams/{team}/members/{user}", remove_member, kManageTeam, "member.remove"},
    {"GET", "/api/v1/users", list_users, kAdmin},
    {"POST", "/api/v1/users", create_user, kAdmin, "user.create"},
    {"GET", "/api/v1/users/{user}", get_user, kAdmin},
    {"PATCH", "/api/v1/users/{user}", update_user, kAdmin, "user.update"},
    {"DELETE", "/api/v1/users/{user}", delete_user, kAdmin, "user.delete"},
    {"PUT", "/api/v1/users/{user}/identity", link_identity, kAdmin, "identity.link"},
    {"DELETE", "/api/v1/users/{user}/identity", unlink_identity, kAdmin, "identity.unlink"},
    {"GET", "/api/v1/audit", list_audit, kLoggedIn},
});

}  // namespace

RouteTable accounts_routes() {
  return kRoutes;
}

}  // namespace storefleet::api
