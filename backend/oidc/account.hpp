#pragma once
#include <string>

#include "base/json.hpp"
#include "domain/identities.hpp"
#include "oidc/config.hpp"

namespace storefleet::oidc {

/// The account that these claims make; pure. An e-mail address is taken over only where the provider says
/// that it is verified, and decides about nothing.
NewcomerAccount account_of(const OidcConfig& config, const json::object& claims);

/// A user's name from whatever the provider calls somebody: in lower case, without what is after an '@', with
/// a-z, 0-9, '.' and '-' only, of at most 32 characters, and none that this platform gives a meaning.
std::string user_name_of(std::string_view claimed);

/// What the groups among the claims make of somebody (OidcConfig::admin_group, which must not be empty).
PlatformRole role_of(const OidcConfig& config, const json::object& claims);

}  // namespace storefleet::oidc
