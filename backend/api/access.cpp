#include "api/access.hpp"

namespace storefleet {

bool may_see(const Principal& caller, std::string_view) {
  return caller.role == PlatformRole::kAdmin;
}

}  // namespace storefleet
