#include "cluster_ports/store_insight.hpp"

#include "base/base64.hpp"
#include "k8s/resource.hpp"

namespace storefleet {
namespace {

std::string decoded(const json::value& secret, std::string_view key) {
  return decode_base64(string_or(secret, {"data", key})).value_or("");
}

}  // namespace

Task<Result<Credentials>> ClusterStoreInsight::credentials(Store store) {
  if (store.status.store_namespace.empty())
    co_return fail(ErrorCode::kNotFound, "The store has no credentials yet; wait until it is provisioned.");
  const auto secret = co_await client_.get(
      k8s::kSecret, {.ns = store.status.store_namespace, .name = std::string(kAdminSecretName)});
  // The role is bound inside the namespace, so before that, and after, the answer is Forbidden.
  if (!secret &&
      (secret.error().code == ErrorCode::kForbidden || secret.error().code == ErrorCode::kNotFound))
    co_return fail(ErrorCode::kNotFound, "The store has no credentials yet; wait until it is provisioned.");
  if (!secret) co_return std::unexpected(secret.error());
  co_return Credentials{decoded(*secret, "username"), decoded(*secret, "password")};
}

}  // namespace storefleet
