#pragma once
#include "api/api.hpp"

/// The handlers that api.cpp puts into the router; each answers one operation of openapi.yaml.
namespace storefleet {

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

// stores_routes.cpp
Task<Answer> list_stores(const ApiDependencies& api, ApiRequest request);
Task<Answer> create_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> update_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> delete_store(const ApiDependencies& api, ApiRequest request);

// store_lifecycle_routes.cpp
Task<Answer> sleep_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> wake_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> upgrade_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> rollback_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> retry_store(const ApiDependencies& api, ApiRequest request);
Task<Answer> reset_admin_password(const ApiDependencies& api, ApiRequest request);

// store_details_routes.cpp
Task<Answer> get_store_steps(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_store_credentials(const ApiDependencies& api, ApiRequest request);
Task<Answer> create_store_login(const ApiDependencies& api, ApiRequest request);
Task<Answer> check_store(const ApiDependencies& api, ApiRequest request);

// history_routes.cpp
Task<Answer> list_store_events(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_store_receipt(const ApiDependencies& api, ApiRequest request);

// insight_routes.cpp
Task<Answer> get_store_logs(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_store_metrics(const ApiDependencies& api, ApiRequest request);

// stream_routes.cpp
Task<Answer> open_stream(const ApiDependencies& api, ApiRequest request);

// operations_routes.cpp
Task<Answer> get_operation(const ApiDependencies& api, ApiRequest request);

// platform_routes.cpp
Task<Answer> list_engines(const ApiDependencies& api, ApiRequest request);
Task<Answer> list_plans(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_platform(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_provisioning(const ApiDependencies& api, ApiRequest request);

// server_routes.cpp: open to everybody
Task<Answer> livez(const ApiDependencies& api, ApiRequest request);
Task<Answer> readyz(const ApiDependencies& api, ApiRequest request);
Task<Answer> version(const ApiDependencies& api, ApiRequest request);
Task<Answer> openapi(const ApiDependencies& api, ApiRequest request);

}  // namespace storefleet
