#include "api/auth.hpp"

#include <sodium.h>

#include "base/enum_names.hpp"

namespace storefleet {
namespace {

constexpr auto kRoles = enum_names<PlatformRole>({{PlatformRole::kAdmin, "admin"}});
constexpr std::string_view kScheme = "Bearer ";

}  // namespace

std::string_view to_string(PlatformRole role) {
  return kRoles.name_of(role);
}

Authenticator::Hash Authenticator::hash_of(std::string_view token) {
  Hash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return hash;
}

Authenticator::Authenticator(std::string_view admin_token) {
  if (!admin_token.empty()) admin_ = hash_of(admin_token);
}

std::optional<Principal> Authenticator::authenticate(const Headers& headers) const {
  const auto value = headers.get("Authorization");
  if (!admin_ || value.size() <= kScheme.size() ||
      !equals_ignoring_case(value.substr(0, kScheme.size()), kScheme))
    return std::nullopt;
  const auto sent = hash_of(value.substr(kScheme.size()));
  if (sodium_memcmp(sent.data(), admin_->data(), sent.size()) != 0) return std::nullopt;
  return Principal{.name = "admin", .role = PlatformRole::kAdmin};
}

}  // namespace storefleet
