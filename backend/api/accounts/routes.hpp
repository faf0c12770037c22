#pragma once
#include "api/route.hpp"

/// Who somebody is and what they may: logins, tokens, users, teams, the audit log.
namespace storefleet::api {

RouteTable accounts_routes();

// auth_routes.cpp
Task<Answer> log_in(const ApiDependencies& api, ApiRequest request);
Task<Answer> log_out(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_me(const ApiDependencies& api, ApiRequest request);
Task<Answer> change_password(const ApiDependencies& api, ApiRequest request);

// oidc_routes.cpp
Task<Answer> list_auth_providers(const ApiDependencies& api, ApiRequest request);
Task<Answer> start_oidc_login(const ApiDependencies& api, ApiRequest request);
Task<Answer> finish_oidc_login(const ApiDependencies& api, ApiRequest request);
Task<Answer> link_identity(const ApiDependencies& api, ApiRequest request);
Task<Answer> unlink_identity(const ApiDependencies& api, ApiRequest request);

// token_routes.cpp
Task<Answer> list_tokens(const ApiDependencies& api, ApiRequest request);
Task<Answer> create_token(const ApiDependencies& api, ApiRequest request);
Task<Answer> delete_token(const ApiDependencies& api, ApiRequest request);

// team_routes.cpp
Task<Answer> list_teams(const ApiDependencies& api, ApiRequest request);
Task<Answer> create_team(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_team(const ApiDependencies& api, ApiRequest request);
Task<Answer> update_team(const ApiDependencies& api, ApiRequest request);
Task<Answer> delete_team(const ApiDependencies& api, ApiRequest request);
Task<Answer> list_members(const ApiDependencies& api, ApiRequest request);
Task<Answer> set_member(const ApiDependencies& api, ApiRequest request);
Task<Answer> remove_member(const ApiDependencies& api, ApiRequest request);

// user_routes.cpp
Task<Answer> list_users(const ApiDependencies& api, ApiRequest request);
Task<Answer> create_user(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_user(const ApiDependencies& api, ApiRequest request);
Task<Answer> update_user(const ApiDependencies& api, ApiRequest request);
Task<Answer> delete_user(const ApiDependencies& api, ApiRequest request);

// audit_routes.cpp
Task<Answer> list_audit(const ApiDependencies& api, ApiRequest request);

}  // namespace storefleet::api
