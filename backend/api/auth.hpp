#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace storefleet {

enum class PlatformRole { kAdmin };

std::string_view to_string(PlatformRole role);

/// Who sent a request.
struct Principal {
  std::string name;
  PlatformRole role = PlatformRole::kAdmin;
};

/// Tells callers by the bearer token they send (RFC 6750). It knows one, the bootstrap admin's, of which it
/// keeps only a hash; tokens are compared in constant time.
class Authenticator {
 public:
  /// An empty token lets nobody in.
  explicit Authenticator(std::string_view admin_token);

  /// Nothing where there is no valid token.
  [[nodiscard]] std::optional<Principal> authenticate(const Headers& headers) const;

 private:
  using Hash = std::array<unsigned char, 32>;
  static Hash hash_of(std::string_view token);

  std::optional<Hash> admin_;
};

}  // namespace storefleet
