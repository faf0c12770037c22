#pragma once
#include "api/route.hpp"

/// Stores, what happens to them and what they say.
namespace storefleet::api {

RouteTable stores_routes();

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

// operations_routes.cpp
Task<Answer> get_operation(const ApiDependencies& api, ApiRequest request);

}  // namespace storefleet::api
