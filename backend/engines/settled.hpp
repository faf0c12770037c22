#pragma once
#include <cstdint>
#include <string_view>

#include "base/json.hpp"

namespace storefleet::engines {

/// The fingerprint of what somebody set of an object of that kind (labels and annotations, spec and the
/// like), the same before and after the API server has stored it: lists that are empty are left out, and
/// quantities are numbers ("1024Mi" comes back as "1Gi").
std::uint64_t settled_fingerprint(std::string_view kind, const json::value& set);

/// What a desired object sets, without what names it.
json::object set_by(const json::object& object);

}  // namespace storefleet::engines
