#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "engines/engine.hpp"
#include "engines/objects.hpp"

/// The Secrets of a store: `store-secrets` and `store-admin`, which pods and people read, and `store-kept`,
/// which has the values of both and nobody uses. What is changed or deleted of one comes from another: a
/// database keeps the password that it was made with.
namespace storefleet::engines {

inline constexpr std::string_view kKeptName = "store-kept";
/// On the kept Secret: when the admin's password had to be made anew, since all copies of it were lost.
inline constexpr std::string_view kRemadeAnnotation = "storefleet.dev/remade";
inline constexpr std::size_t kLoginKeyLength = 48;

using SecretTexts = std::map<std::string, std::string>;

struct SecretValues {
  SecretTexts secrets;
  SecretTexts admin;
};

/// Random ones.
SecretTexts fresh_secrets(const Engine& engine);
SecretTexts fresh_admin(const Engine& engine);

json::object secrets_object(const Identity& identity, const SecretTexts& secrets);
json::object admin_secret_object(const Identity& identity, const SecretTexts& admin);
json::object kept_secret_object(const Identity& identity, const SecretValues& values);

/// The `data` of a Secret in clear; what is no base64 is left out.
SecretTexts texts_of(const json::value& secret);
/// Of the kept Secret, divided again.
SecretValues kept_values(const json::value& secret);

/// What `data` says, as its annotation storefleet.dev/hash has it unless somebody changed it.
std::uint64_t content_of(const SecretTexts& texts);

}  // namespace storefleet::engines
