#include "domain/quota.hpp"

#include "domain/store.hpp"

namespace storefleet::inline domain {

bool goes_without_ledger(std::string_view team, const Error& error) {
  return team == kDefaultTeam && error.code == ErrorCode::kUnavailable;
}

}  // namespace storefleet::inline domain
