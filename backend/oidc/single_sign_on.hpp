#pragma once
#include "domain/identities.hpp"
#include "domain/ports/identities.hpp"
#include "oidc/flow.hpp"
#include "oidc/provider.hpp"

namespace storefleet::oidc {

/// Login at a provider of identities, as its routes need it. `identities` must outlive it.
struct SingleSignOn {
  OidcProvider provider;
  FlowSeal seal;
  Identities& identities;
};

}  // namespace storefleet::oidc
