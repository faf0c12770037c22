#pragma once
#include "api/route.hpp"

/// The live stream.
namespace storefleet {

RouteTable stream_routes();

// stream_routes.cpp
Task<Answer> open_stream(const ApiDependencies& api, ApiRequest request);

}  // namespace storefleet
