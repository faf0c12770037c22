#pragma once
#include "api/route.hpp"

/// The platform itself, and what it offers.
namespace storefleet::api {

RouteTable platform_routes();

// platform_routes.cpp
Task<Answer> list_engines(const ApiDependencies& api, ApiRequest request);
Task<Answer> list_plans(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_platform(const ApiDependencies& api, ApiRequest request);
Task<Answer> get_provisioning(const ApiDependencies& api, ApiRequest request);

// server_routes.cpp
Task<Answer> livez(const ApiDependencies& api, ApiRequest request);
Task<Answer> readyz(const ApiDependencies& api, ApiRequest request);
Task<Answer> version(const ApiDependencies& api, ApiRequest request);
Task<Answer> openapi(const ApiDependencies& api, ApiRequest request);

}  // namespace storefleet::api
