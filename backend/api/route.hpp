#pragma once
#include <span>
#include <string_view>

#include "api/access.hpp"
#include "api/context.hpp"
#include "api/request.hpp"
#include "base/task.hpp"

namespace storefleet::api {

using Handler = Task<Answer> (*)(const ApiDependencies&, ApiRequest);

/// What sets a route apart from most others.
struct RouteTraits {
  /// Under what name a try that does not get to its handler is recorded, where the route records itself.
  std::string_view refused_action = {};
  bool reveals_secret = false;     // its answer opens a door: nothing of it leaves unrecorded
  bool answers_questions = false;  // takes validateOnly: whether it would be allowed, without being done
  bool knows_gone_stores = false;  // asked too where the store that the path names is gone
};

/// What answers a method and path, who may ask, and under what name it is recorded (empty: it is not).
struct Route {
  std::string_view method;
  std::string_view path;
  Handler handler = nullptr;
  Permission permission = Permission::kAdmin;
  std::string_view action = {};
  RouteTraits traits = {};
};

/// The routes of one room, as a table.
using RouteTable = std::span<const Route>;

}  // namespace storefleet::api
