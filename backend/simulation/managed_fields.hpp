#pragma once
#include <string_view>

#include "base/json.hpp"

/// Who set which field of an object: what the API server keeps in metadata.managedFields, as far as the
/// operator and its helper read it. A list is one value here. Pure.
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/
namespace storefleet::simulation {

/// What `known` (null: there is none) becomes when `manager` applies `wanted` and takes what others have set
/// otherwise: fields that it applied before and does not want any more go, unless others set them too.
json::value applied(const json::value& known, const json::value& wanted, std::string_view manager);

/// Notes in `now` that `manager` made it of `before` by a write that is no apply: what differs is its own.
void note_update(const json::value& before, json::value& now, std::string_view manager);

}  // namespace storefleet::simulation
