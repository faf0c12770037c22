#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace storefleet::oidc {

/// A login that has been sent to the provider and is not back yet. Its browser holds it, sealed, in a
/// cookie: any replica can go on with it, and nobody who is not logged in yet can fill the database
/// (docs/0009-single-sign-on.md).
struct LoginFlow {
  std::string state;
  std::string nonce;
  std::string verifier;  // RFC 7636: code_verifier
  std::string return_to;
  TimePoint expires_at;
};

/// A flow with fresh secrets that expires in ten minutes.
LoginFlow new_login_flow(std::string return_to, TimePoint now);

/// RFC 7636, 4.2, method S256.
std::string code_challenge(std::string_view verifier);

/// Encrypts and authenticates flows with a key that follows from a secret which all replicas have.
class FlowSeal {
 public:
  explicit FlowSeal(std::string_view secret);

  [[nodiscard]] std::string seal(const LoginFlow& flow) const;
  /// Nothing where the text was not sealed here, or the flow has expired.
  [[nodiscard]] std::optional<LoginFlow> open(std::string_view text, TimePoint now) const;

 private:
  std::string key_;
};

/// Whether a browser that is sent there stays on this host: a path, and nothing that some browser would take
/// for a host or a scheme.
bool is_local_path(std::string_view text);

}  // namespace storefleet::oidc
