#include "cluster_ports/store_insight.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "engines/login_link.hpp"
#include "engines/objects.hpp"
#include "k8s/resource.hpp"

namespace storefleet::cluster_ports {
namespace {

constexpr std::chrono::seconds kLinkLifetime{120};

std::string decoded(const json::value& secret, std::string_view key) {
  return decode_base64(string_or(secret, {"data", key})).value_or("");
}

}  // namespace

Task<Result<AdminSecret>> ClusterStoreInsight::admin_secret(Store store) {
  if (store.status.store_namespace.empty())
    co_return fail(ErrorCode::kNotFound, "The store has no credentials yet; wait until it is provisioned.");
  const auto secret = co_await client_.get(
      k8s::kSecret, {.ns = store.status.store_namespace, .name = std::string(kAdminSecretName)});
  // The role is bound inside the namespace, so before that, and after, the answer is Forbidden.
  if (!secret &&
      (secret.error().code == ErrorCode::kForbidden || secret.error().code == ErrorCode::kNotFound))
    co_return fail(ErrorCode::kNotFound, "The store has no credentials yet; wait until it is provisioned.");
  if (!secret) co_return std::unexpected(secret.error());
  co_return AdminSecret{{decoded(*secret, "username"), decoded(*secret, "password")},
                        decoded(*secret, kLoginKey)};
}

Task<Result<Credentials>> ClusterStoreInsight::credentials(Store store) {
  auto secret = co_await admin_secret(store);
  if (!secret) co_return std::unexpected(secret.error());
  // The Secret has the platform's name for the account; an engine that logs in by e-mail does not know it.
  if (const auto* engine = catalogue_.find(store.spec.engine);
      engine != nullptr && engine->admin_login == engines::AdminLogin::kEmail)
    secret->credentials.username = engines::admin_login_name(store, *engine, settings_);
  co_return std::move(secret->credentials);
}

Task<Result<LoginLink>> ClusterStoreInsight::login_link(Store store) {
  const auto* engine = catalogue_.find(store.spec.engine);
  if (engine == nullptr || engine->login_path.empty())
    co_return fail(ErrorCode::kInvalidArgument,
                   fmt::format("Stores of engine {} have no one-click login.", store.spec.engine));
  const auto url = store.status.url;
  const auto secret = co_await admin_secret(std::move(store));
  if (!secret) co_return std::unexpected(secret.error());
  if (url.empty() || secret->login_key.empty())
    co_return fail(ErrorCode::kNotFound, "The store takes no login links yet.");
  const auto expires =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + kLinkLifetime;
  const auto path = engines::login_target(*engine, secret->login_key, expires);
  co_return LoginLink{.url = url.substr(0, url.size() - 1) + path, .expires_at = expires};
}

}  // namespace storefleet::cluster_ports
