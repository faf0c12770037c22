#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/random.hpp"
#include "engines/store_secrets.hpp"
#include "operator/actions/actions.hpp"
#include "operator/actions/site_endpoint.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

/// The text of one key of a Secret.
Result<std::string> text_of(const json::value& secret, std::string_view key) {
  const auto text = string_at(secret, {"data", key});
  if (!text)
    return fail(ErrorCode::kNotFound, fmt::format("Secret {} has no key {}", k8s::meta_name(secret), key));
  auto decoded = decode_base64(*text);
  if (!decoded)
    return fail(ErrorCode::kInternal,
                fmt::format("key {} of Secret {} is not base64", key, k8s::meta_name(secret)));
  return *std::move(decoded);
}

/// The text of one key of a Secret in the store namespace.
Task<Result<std::string>> secret_text(Tools tools, std::string ns, std::string name, std::string key) {
  const auto secret = co_await tools.client.get(k8s::kSecret, {.ns = std::move(ns), .name = name});
  if (!secret) co_return std::unexpected(secret.error());
  co_return text_of(*secret, key);
}

/// Writes a new password for the admin: first into the kept Secret, which says what the other is to be. Its
/// annotation names the wish that it answers, so that after a crash the same wish makes no second one.
Task<Result<void>> renew_password(Tools tools, const Observed& observed, json::value kept, std::string wish) {
  auto values = engines::kept_values(kept);
  values.admin["password"] = random_password(engines::kAdminPasswordLength);
  auto object = engines::kept_secret_object(observed.identity, values);
  auto& metadata = object["metadata"].as_object();
  metadata["resourceVersion"] = k8s::meta_resource_version(kept);
  metadata["annotations"].as_object()[annotation_of(StoreRequest::kResetAdminPassword)] = wish;
  const auto put = co_await tools.client.replace(k8s::kSecret, k8s::object_name(object), object);
  if (!put) co_return std::unexpected(put.error());
  auto admin = engines::admin_secret_object(observed.identity, values.admin);
  json::object patch{{"metadata", {{"annotations", object_at(admin, {"metadata", "annotations"})}}},
                     {"data", object_at(admin, {"data"})}};
  const auto patched =
      co_await tools.client.merge_patch(k8s::kSecret, k8s::object_name(admin), std::move(patch));
  co_return without_value(patched);
}

/// The password of the store's admin; a new one first where that was asked for.
Task<Result<std::string>> admin_password(Tools tools, const Observed& observed) {
  const auto& ns = observed.identity.store_namespace;
  const auto asked = asked_at(observed.store, StoreRequest::kResetAdminPassword);
  if (!asked.empty()) {
    auto kept = co_await tools.client.get(k8s::kSecret, {.ns = ns, .name = std::string(engines::kKeptName)});
    if (!kept) co_return std::unexpected(kept.error());
    const auto wish = annotation_of(StoreRequest::kResetAdminPassword);
    if (k8s::meta_annotation(*kept, wish).value_or("") != asked) {
      const auto renewed = co_await renew_password(tools, observed, *std::move(kept), asked);
      if (!renewed) co_return std::unexpected(renewed.error());
    }
  }
  co_return co_await secret_text(tools, ns, std::string(kAdminSecretName), "password");
}

/// Where the pod is at this moment; Unavailable where it is not that pod any more.
Task<Result<std::string>> current_address(Tools tools, std::string ns, PodView known) {
  const auto pod = co_await tools.client.get(k8s::kPod, {.ns = std::move(ns), .name = known.name});
  if (!pod) co_return std::unexpected(pod.error().within("the web pod"));
  co_return site_address(*pod, known.uid);
}

}  // namespace

Task<Result<void>> configure_site(Tools tools, Observed& observed) {
  const auto& ns = observed.identity.store_namespace;
  const auto* pod = site_pod(observed);
  if (pod == nullptr) co_return fail(ErrorCode::kUnavailable, "there is no web pod");
  const auto token = co_await secret_text(tools, ns, std::string(engines::kSecretsName), "agentToken");
  if (!token) co_return std::unexpected(token.error());
  const auto password = co_await admin_password(tools, observed);
  if (!password) co_return std::unexpected(password.error());
  json::object site = observed.desired.site;
  site["adminUser"] = observed.engine.admin_user;
  site["adminPassword"] = *password;
  // Last of all: by now the cache may name a pod that is gone, and its address may be another store's.
  const auto address = co_await current_address(tools, ns, *pod);
  if (!address) co_return std::unexpected(address.error());
  SiteEndpoint endpoint{.pod_ip = *address,
                        .port = observed.engine.agent_port,
                        .path = observed.engine.site_path,
                        .token = *token};
  auto result = co_await put_site(std::move(endpoint), std::move(site), tools.client.fence());
  if (result) observed.memory.site_applied = observed.desired.site_hash;
  co_return result;
}

}  // namespace storefleet::store_operator
