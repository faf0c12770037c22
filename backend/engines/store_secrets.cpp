#include "engines/store_secrets.hpp"

#include "base/base64.hpp"
#include "base/fingerprint.hpp"
#include "base/random.hpp"
#include "domain/store.hpp"

namespace storefleet::engines {
namespace {

constexpr std::string_view kSecretsPrefix = "secrets.";
constexpr std::string_view kAdminPrefix = "admin.";

json::object secret(const Identity& identity, std::string_view name, const SecretTexts& texts) {
  json::object data;
  for (const auto& [key, text] : texts) data[key] = encode_base64(text);
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata",
           {{"name", name},
            {"namespace", identity.store_namespace},
            {"labels", own_labels(identity)},
            {"annotations", {{kHashAnnotation, fingerprint_text(content_of(texts))}}}}},
          {"type", "Opaque"},
          {"data", std::move(data)}};
}

SecretTexts with_prefix(const SecretTexts& texts, std::string_view prefix) {
  SecretTexts some;
  for (const auto& [key, text] : texts)
    if (key.starts_with(prefix)) some[key.substr(prefix.size())] = text;
  return some;
}

}  // namespace

SecretTexts fresh_secrets(const Engine& engine) {
  SecretTexts texts;
  for (const auto& [key, length] : engine.secrets)
    texts[key] = random_password(static_cast<std::size_t>(length));
  return texts;
}

SecretTexts fresh_admin(const Engine& engine) {
  return {{"username", engine.admin_user},
          {"password", random_password(kAdminPasswordLength)},
          {std::string(kLoginKey), random_password(kLoginKeyLength)}};
}

json::object secrets_object(const Identity& identity, const SecretTexts& secrets) {
  return secret(identity, kSecretsName, secrets);
}

json::object admin_secret_object(const Identity& identity, const SecretTexts& admin) {
  return secret(identity, kAdminSecretName, admin);
}

json::object kept_secret_object(const Identity& identity, const SecretValues& values) {
  SecretTexts all;
  for (const auto& [key, text] : values.secrets) all[std::string(kSecretsPrefix) + key] = text;
  for (const auto& [key, text] : values.admin) all[std::string(kAdminPrefix) + key] = text;
  return secret(identity, kKeptName, all);
}

SecretTexts texts_of(const json::value& secret) {
  SecretTexts texts;
  for (const auto& [key, value] : object_at(secret, {"data"})) {
    if (!value.is_string()) continue;
    if (auto text = decode_base64(value.get_string())) texts[std::string(key)] = *std::move(text);
  }
  return texts;
}

SecretValues kept_values(const json::value& secret) {
  const auto texts = texts_of(secret);
  return {.secrets = with_prefix(texts, kSecretsPrefix), .admin = with_prefix(texts, kAdminPrefix)};
}

std::uint64_t content_of(const SecretTexts& texts) {
  json::object object;
  for (const auto& [key, text] : texts) object[key] = text;
  return fingerprint(object);
}

}  // namespace storefleet::engines
