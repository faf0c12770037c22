#include "api/stream/routes.hpp"

#include <array>

namespace storefleet::api {
namespace {

using enum Permission;

constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/api/v1/stream", open_stream, kLoggedIn},
});

}  // namespace

RouteTable stream_routes() {
  return kRoutes;
}

}  // namespace storefleet::api
