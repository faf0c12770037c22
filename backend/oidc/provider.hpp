#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "oidc/config.hpp"
#include "oidc/flow.hpp"
#include "oidc/keys.hpp"
#include "oidc/transport.hpp"

namespace storefleet::oidc {

/// The other side of a login, by OpenID Connect Core 1.0 (code flow), Discovery 1.0 and RFC 7636. Discovery
/// document and keys are kept for an hour; after a failure the next call asks again. Errors: Unavailable
/// where the provider cannot be reached or answers what the specifications do not allow, Unauthenticated
/// where it, or its token, does not prove who somebody is. One thread; `transport` must outlive it.
class OidcProvider {
 public:
  OidcProvider(OidcConfig config, ProviderTransport& transport);

  [[nodiscard]] const OidcConfig& config() const { return config_; }

  /// Where to send the browser.
  Task<Result<std::string>> authorization_url(LoginFlow flow);

  /// Trades the code for an ID token and gives its verified claims. What the settings ask for and the token
  /// does not have is added from the UserInfo endpoint (Core, 5.3), if there is one.
  Task<Result<json::object>> redeem(LoginFlow flow, std::string code);

  /// Whether `iss` of an answer fits (RFC 9207): it must be the issuer's where the provider says that it
  /// sends it, and wherever it is.
  Task<Result<bool>> is_from_issuer(std::optional<std::string> issuer);

 private:
  struct Endpoints {
    std::string authorization;
    std::string token;
    std::string keys;
    std::string user_info;  // empty: none
    bool secret_in_body = false;
    bool names_itself = false;
    TimePoint read_at;
  };
  struct Tokens {
    std::string id;
    std::string access;
  };

  Task<Result<Endpoints>> endpoints();
  Result<Endpoints> read_endpoints(const json::value& document) const;
  Task<Result<KeySet>> fetch_keys(std::string url);
  /// Keys among which is what the token needs, if the provider has it.
  Task<Result<KeySet>> keys_for(std::string id_token, std::string url);
  Task<Result<Tokens>> exchange(Endpoints at, LoginFlow flow, std::string code);
  Task<Result<json::object>> user_info(std::string url, std::string access_token, std::string subject);
  [[nodiscard]] bool lacks_claims(const json::object& claims) const;

  OidcConfig config_;
  ProviderTransport& transport_;
  std::optional<Endpoints> endpoints_;
  std::optional<KeySet> keys_;
  TimePoint keys_read_at_;
};

}  // namespace storefleet::oidc
