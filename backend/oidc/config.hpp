#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"

namespace storefleet::oidc {

/// One provider of identities, and what its people get here (helm/storefleet/values.yaml: oidc).
struct OidcConfig {
  std::string issuer;  // as in its discovery document, to the letter
  std::string
      public_url;  // of this platform, without a slash at the end: where the provider sends people back
  std::string client_id;
  std::string client_secret;  // empty: a public client, PKCE alone
  std::string display_name = "Single sign-on";
  std::vector<std::string> scopes{"openid", "profile", "email"};
  std::string username_claim = "preferred_username";
  std::string groups_claim = "groups";
  std::string admin_group;     // its members are platform admins, others are not; empty: roles are set here
  bool create_users = false;   // of whoever the provider lets in
  std::string default_team;    // a new user becomes a member of it; empty: of none
  std::string ca_certificate;  // PEM of the provider's own authority; empty: the system's

  [[nodiscard]] std::string redirect_uri() const { return public_url + "/api/v1/auth/oidc/callback"; }
};

/// Everything that says who somebody is travels there: https only, but for a provider on this very machine.
/// InvalidArgument otherwise, with the URL.
Result<void> check_provider_url(const std::string& url);

/// InvalidArgument that names the setting which is missing or wrong.
Result<void> check_oidc_config(const OidcConfig& config);

}  // namespace storefleet::oidc
