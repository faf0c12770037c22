#pragma once
#include "api/oidc_flow.hpp"
#include "api/oidc_provider.hpp"
#include "domain/identities.hpp"

namespace storefleet {

/// Login at a provider of identities, as its routes need it. `identities` must outlive it.
struct SingleSignOn {
  OidcProvider provider;
  FlowSeal seal;
  Identities& identities;
};

}  // namespace storefleet
