#pragma once
#include <string_view>

#include "api/auth.hpp"

/// Who may do what with what is in a team. A store of a team that the caller may not see does not exist for
/// him: the answer is 404.
namespace storefleet {

/// Whether the caller may read what belongs to that team.
bool may_see(const Principal& caller, std::string_view team);

}  // namespace storefleet
