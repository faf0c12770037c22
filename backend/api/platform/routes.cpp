#include "api/platform/routes.hpp"

#include <array>

namespace storefleet::api {
namespace {

using enum Permission;

constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/api/v1/engines", list_engines, kLoggedIn},
    {"GET", "/api/v1/plans", list_plans, kLoggedIn},
    {"GET", "/api/v1/platform", get_platform, kAdmin},
    {"GET", "/api/v1/provisioning", get_provisioning, kLoggedIn},
    {"GET", "/livez", livez, kAnyone},
    {"GET", "/readyz", readyz, kAnyone},
    {"GET", "/version", version, kAnyone},
    {"GET", "/openapi.json", openapi, kAnyone},
});

}  // namespace

RouteTable platform_routes() {
  return kRoutes;
}

}  // namespace storefleet::api
