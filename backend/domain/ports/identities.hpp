#pragma once
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/identities.hpp"

namespace storefleet::inline domain {

/// Which user an identity is. Errors as of the ports in accounts.hpp.
class Identities {
 public:
  virtual ~Identities() = default;

  /// Also a disabled user: the caller looks. NotFound where nobody has this identity.
  virtual Task<Result<User>> user_of(ExternalIdentity identity) = 0;
  /// Makes a user without a password who has this identity; the user who has it already, if somebody was
  /// faster.
  virtual Task<Result<User>> create_user(ExternalIdentity identity, NewcomerAccount account) = 0;
  /// Gives the identity to the user of that name, in place of the one they had of this issuer. NotFound for
  /// an unknown user, AlreadyExists where it is another user's.
  virtual Task<Result<void>> link(ExternalIdentity identity, std::string user_name) = 0;
  /// Takes away what the user of that name has of this issuer, and ends their sessions. NotFound where there
  /// is nothing.
  virtual Task<Result<void>> unlink(std::string issuer, std::string user_name) = 0;

  /// What the provider's groups say. The last admin who may log in stays one; gives what the user is then.
  virtual Task<Result<User>> set_role(std::string user_id, PlatformRole role) = 0;

  /// Whether this login is the first to arrive with that digest of its nonce. Remembered until `expires_at`.
  virtual Task<Result<bool>> use_once(std::string digest, TimePoint expires_at) = 0;
};

}  // namespace storefleet::inline domain
