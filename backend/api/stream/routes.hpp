#pragma once
#include "api/route.hpp"

/// The live stream.
namespace storefleet::api {

RouteTable stream_routes();

// stream_routes.cpp
Task<Answer> open_stream(const ApiDependencies& api, ApiRequest request);

}  // namespace storefleet::api
