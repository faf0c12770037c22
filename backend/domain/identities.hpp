#pragma once
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/accounts.hpp"

/// Users who log in elsewhere: at a provider of identities (OpenID Connect).
namespace storefleet::inline domain {

/// Somebody as their provider knows them. Only the two together are stable and never given to another (OpenID
/// Connect Core 1.0, 5.7); a name or an e-mail address is neither.
struct ExternalIdentity {
  std::string issuer;
  std::string subject;
};

/// A user to be made for an identity that has none.
struct NewcomerAccount {
  std::string name;  // wanted; if taken, the first free of name-2, name-3 …
  std::string email;
  PlatformRole role = PlatformRole::kUser;
  std::string team;  // becomes a member of it, if there is such a team
};

}  // namespace storefleet::inline domain
