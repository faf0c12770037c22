#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/random.hpp"
#include "engines/objects.hpp"
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

/// The password of the store's admin; a new one first where that was asked for. The Secret says which wish
/// its password answers: after a crash the same wish makes no second one.
Task<Result<std::string>> admin_password(Tools tools, const Observed& observed) {
  const k8s::ObjectName name{.ns = observed.identity.store_namespace, .name = std::string(kAdminSecretName)};
  const auto secret = co_await tools.client.get(k8s::kSecret, name);
  if (!secret) co_return std::unexpected(secret.error());
  const auto asked = asked_at(observed.store, StoreRequest::kResetAdminPassword);
  const auto annotation = annotation_of(StoreRequest::kResetAdminPassword);
  const auto heeded = k8s::meta_annotation(*secret, annotation).value_or("");
  if (asked.empty() || asked == heeded) co_return text_of(*secret, "password");
  auto password = random_password(engines::kAdminPasswordLength);
  json::object patch{
      {"metadata",
       {{"resourceVersion", k8s::meta_resource_version(*secret)}, {"annotations", {{annotation, asked}}}}},
      {"data", {{"password", encode_base64(password)}}}};
  const auto patched = co_await tools.client.merge_patch(k8s::kSecret, name, std::move(patch));
  if (!patched) co_return std::unexpected(patched.error());
  co_return password;
}

/// Where the pod is at this moment; Unavailable where it is not that pod any more.
Task<Result<std::string>> current_address(Tools tools, std::string ns, PodView known) {
  const auto pod = co_await tools.client.get(k8s::kPod, {.ns = std::move(ns), .name = known.name});
  if (!pod) co_return std::unexpected(pod.error().within("the web pod"));
  co_return site_address(*pod, known.uid);
}

}  // namespace

Task<Result<void>> configure_site(Tools tools, const Observed& observed, StoreMemory& memory) {
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
  if (result) memory.site_applied = observed.desired.site_hash;
  co_return result;
}

}  // namespace storefleet::store_operator
