#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "engines/store_secrets.hpp"
#include "operator/actions/actions.hpp"
#include "operator/decisions/facts.hpp"

namespace storefleet::store_operator {
namespace {

using engines::SecretTexts;
using engines::SecretValues;

/// A Secret as the API server has it; nothing where there is none.
using Found = std::optional<json::value>;

Task<Result<Found>> find_secret(Tools tools, std::string ns, std::string_view name) {
  auto secret = co_await tools.client.get(k8s::kSecret, {.ns = std::move(ns), .name = std::string(name)});
  if (secret) co_return Found(*std::move(secret));
  if (secret.error().code == ErrorCode::kNotFound) co_return Found();
  co_return std::unexpected(secret.error());
}

/// What the platform wrote into a Secret; nothing where there is none, or somebody changed it. One without a
/// note is from before there were any, or put back by a person.
std::optional<SecretTexts> trusted(const Found& secret) {
  if (!secret) return std::nullopt;
  auto texts = engines::texts_of(*secret);
  const auto noted = k8s::meta_annotation(*secret, engines::kHashAnnotation);
  if (texts.empty() || (noted && parse_fingerprint(*noted) != engines::content_of(texts)))
    return std::nullopt;
  return texts;
}

/// Makes the Secret what it should be, unless it says that already. `object` is not applied: what somebody
/// added would stay.
Task<Result<void>> put_secret(Tools tools, Found known, json::object object) {
  const auto name = k8s::object_name(object);
  if (known && engines::texts_of(*known) == engines::texts_of(object) &&
      k8s::meta_annotation(*known, engines::kHashAnnotation) ==
          k8s::meta_annotation(object, engines::kHashAnnotation))
    co_return Result<void>{};
  if (!known) {
    const auto made = co_await tools.client.create(k8s::kSecret, name.ns, std::move(object));
    co_return without_value(made);
  }
  auto& metadata = object["metadata"].as_object();
  metadata["resourceVersion"] = k8s::meta_resource_version(*known);
  auto& annotations = metadata["annotations"].as_object();
  for (const auto& [key, value] : object_at(*known, {"metadata", "annotations"}))
    if (!annotations.contains(key)) annotations[key] = value;
  const auto put = co_await tools.client.replace(k8s::kSecret, name, std::move(object));
  co_return without_value(put);
}

/// The values that the store was made with, from whichever copy has them.
Result<SecretValues> values_of(const Observed& observed, const Found& secrets, const Found& admin,
                               const Found& kept, bool* remade) {
  SecretValues values;
  if (trusted(kept)) values = engines::kept_values(*kept);
  if (values.secrets.empty()) {
    if (const auto texts = trusted(secrets)) {
      values.secrets = *texts;
    } else if (!engines::fresh_secrets(observed.engine).empty() && holds_data(observed)) {
      return fail(
          ErrorCode::kNotFound,
          fmt::format("Secret {} in namespace {} was {}, and its copy {} is lost too: nobody knows the "
                      "store's passwords any more.",
                      engines::kSecretsName, observed.identity.store_namespace,
                      secrets ? "changed" : "deleted", engines::kKeptName),
          Reason::kSecretsLost);
    }
  }
  // A key that an engine has got since is made; nothing knows it yet.
  for (auto& [key, text] : engines::fresh_secrets(observed.engine))
    values.secrets.try_emplace(key, std::move(text));
  if (values.admin.empty()) {
    const auto texts = trusted(admin);
    // The shop takes a new one: its pod is told, like after a reset.
    *remade = !texts && holds_data(observed);
    values.admin = texts ? *texts : engines::fresh_admin(observed.engine);
  }
  return values;
}

/// Of a store that has nothing yet; false where there are some all the same.
Task<Result<bool>> make_secrets(Tools tools, const Observed& observed) {
  const SecretValues values{.secrets = engines::fresh_secrets(observed.engine),
                            .admin = engines::fresh_admin(observed.engine)};
  std::vector<json::object> objects{engines::kept_secret_object(observed.identity, values),
                                    engines::secrets_object(observed.identity, values.secrets),
                                    engines::admin_secret_object(observed.identity, values.admin)};
  for (auto& object : objects) {
    const auto ns = observed.identity.store_namespace;
    const auto made = co_await tools.client.create(k8s::kSecret, ns, std::move(object));
    if (made) continue;
    if (made.error().code == ErrorCode::kAlreadyExists) co_return false;
    co_return std::unexpected(made.error());
  }
  co_return true;
}

}  // namespace

Task<Result<void>> ensure_secrets(Tools tools, Observed& observed) {
  if (!observed.secrets && !observed.admin_secret && !observed.kept_secret && !holds_data(observed)) {
    const auto made = co_await make_secrets(tools, observed);
    if (!made) co_return std::unexpected(made.error());
    if (*made) co_return Result<void>{};
  }
  const auto& ns = observed.identity.store_namespace;
  const auto kept = co_await find_secret(tools, ns, engines::kKeptName);
  if (!kept) co_return std::unexpected(kept.error());
  const auto secrets = co_await find_secret(tools, ns, engines::kSecretsName);
  if (!secrets) co_return std::unexpected(secrets.error());
  const auto admin = co_await find_secret(tools, ns, kAdminSecretName);
  if (!admin) co_return std::unexpected(admin.error());
  bool remade = false;
  const auto values = values_of(observed, *secrets, *admin, *kept, &remade);
  if (!values) co_return std::unexpected(values.error());
  auto copy = engines::kept_secret_object(observed.identity, *values);
  auto& notes = copy["metadata"].as_object()["annotations"].as_object();
  // Which wish for a new password this one answers, see site.cpp.
  const auto wish = annotation_of(StoreRequest::kResetAdminPassword);
  if (*admin && !remade)
    if (const auto heeded = k8s::meta_annotation(**admin, wish)) notes[wish] = *heeded;
  if (remade) notes[engines::kRemadeAnnotation] = format_time(std::chrono::system_clock::now());
  // The copy first: what it says is what the others become.
  const auto copied = co_await put_secret(tools, *kept, std::move(copy));
  if (!copied) co_return copied;
  const auto first =
      co_await put_secret(tools, *secrets, engines::secrets_object(observed.identity, values->secrets));
  if (!first) co_return first;
  co_return co_await put_secret(tools, *admin,
                                engines::admin_secret_object(observed.identity, values->admin));
}

}  // namespace storefleet::store_operator
