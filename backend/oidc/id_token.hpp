#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "oidc/keys.hpp"

namespace storefleet::oidc {

/// What an ID token must say.
struct IdTokenExpectation {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  TimePoint now;
};

/// The part of an ID token that says which key it needs; nothing of it is true yet.
struct TokenHeader {
  SignatureAlgorithm algorithm = SignatureAlgorithm::kRs256;
  std::optional<std::string> key_id;
};

/// InvalidArgument where the text is no signed token (RFC 7519) with an accepted algorithm.
Result<TokenHeader> read_token_header(std::string_view token);

/// The claims of a token that fulfils OpenID Connect Core 1.0, 3.1.3.7, with a minute for clocks that differ.
/// InvalidArgument says which rule is broken, never what the token says.
Result<json::object> verify_id_token(std::string_view token, const KeySet& keys,
                                     const IdTokenExpectation& expected);

}  // namespace storefleet::oidc
