#include "api/stores/routes.hpp"

#include <array>

namespace storefleet::api {
namespace {

using enum Permission;

constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/api/v1/stores", list_stores, kLoggedIn},
    {"POST", "/api/v1/stores", create_store, kLoggedIn, "store.create", {.answers_questions = true}},
    {"GET", "/api/v1/stores/{name}", get_store, kReadTeam},
    {"PATCH",
     "/api/v1/stores/{name}",
     update_store,
     kChangeTeam,
     "store.update",
     {.answers_questions = true}},
    {"DELETE", "/api/v1/stores/{name}", delete_store, kChangeTeam, "store.delete"},
    {"POST", "/api/v1/stores/{name}:check", check_store, kChangeTeam, "store.check"},
    {"POST", "/api/v1/stores/{name}:retry", retry_store, kChangeTeam, "store.retry"},
    {"POST", "/api/v1/stores/{name}:sleep", sleep_store, kChangeTeam, "store.sleep"},
    {"POST", "/api/v1/stores/{name}:wake", wake_store, kChangeTeam, "store.wake"},
    {"POST", "/api/v1/stores/{name}:upgrade", upgrade_store, kChangeTeam, "store.upgrade"},
    {"POST", "/api/v1/stores/{name}:rollback", rollback_store, kChangeTeam, "store.rollback"},
    {"POST", "/api/v1/stores/{name}:resetAdminPassword", reset_admin_password, kChangeTeam,
     "store.resetAdminPassword"},
    {"POST",
     "/api/v1/stores/{name}:login",
     create_store_login,
     kChangeTeam,
     "store.login",
     {.reveals_secret = true}},
    {"GET", "/api/v1/stores/{name}/events", list_store_events, kReadTeam, "", {.knows_gone_stores = true}},
    {"GET", "/api/v1/stores/{name}/logs", get_store_logs, kReadTeam},
    {"GET", "/api/v1/stores/{name}/metrics", get_store_metrics, kReadTeam},
    {"GET", "/api/v1/stores/{name}/steps", get_store_steps, kReadTeam},
    {"GET",
     "/api/v1/stores/{name}/credentials",
     get_store_credentials,
     kChangeTeam,
     "credentials.read",
     {.reveals_secret = true}},
    {"GET", "/api/v1/stores/{name}/receipt", get_store_receipt, kReadTeam, "", {.knows_gone_stores = true}},
    {"GET", "/api/v1/operations/{id}", get_operation, kLoggedIn},
});

}  // namespace

RouteTable stores_routes() {
  return kRoutes;
}

}  // namespace storefleet::api
