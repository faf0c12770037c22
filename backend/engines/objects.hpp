#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "domain/store.hpp"
#include "engines/engine.hpp"
#include "engines/settings.hpp"

/// Pure functions from a store's spec to what must exist in the cluster for it. Every object carries the
/// label storefleet.dev/store-id and, but for Secrets, the annotation storefleet.dev/hash of its own content.
namespace storefleet::engines {

inline constexpr std::string_view kStoreLabel = "storefleet.dev/store";
inline constexpr std::string_view kStoreIdLabel = "storefleet.dev/store-id";
inline constexpr std::string_view kStoreUidAnnotation = "storefleet.dev/store-uid";
inline constexpr std::string_view kHashAnnotation = "storefleet.dev/hash";
inline constexpr std::string_view kSecretsName = "store-secrets";
inline constexpr std::string_view kReleaseName = "store";
/// The Secret that is the record of every deployed release: always of this name (docs/0012-truth.md).
inline constexpr std::string_view kReleaseRecord = "sh.helm.release.v1.store.v1";
inline constexpr std::string_view kDigestLabel = "storefleet.dev/release";
inline constexpr std::string_view kContentAnnotation = "storefleet.dev/content";
inline constexpr std::string_view kObjectsAnnotation = "storefleet.dev/objects";
/// The RoleBinding that the controller works by inside a store namespace.
inline constexpr std::string_view kOperatorBinding = "storefleet-operator";
inline constexpr std::size_t kAdminPasswordLength = 20;

/// An object that the operator owns inside a store namespace, ready to be applied.
struct DesiredObject {
  std::string kind;
  std::string name;
  std::string hash;
  json::object object;
  std::uint64_t fingerprint = 0;  // of what it sets, see engines/settled.hpp
};

/// Everything about one store that follows from its spec and the platform's settings alone.
struct Identity {
  std::string id;
  std::string store_namespace;
  std::vector<std::string> hosts;  // the first one is the store's own; none that no store may have
  std::string url;                 // with trailing slash
  std::string admin_url;
  std::string title;
  std::string admin_email;
};

/// The id of a store that no warm slot was claimed for: 10 characters of base32 from its UID's SHA-256.
std::string store_id_from_uid(std::string_view uid);

/// The namespace of the store with that id.
std::string namespace_of(std::string_view store_id);
/// Whether a namespace may be a store's, by its name.
bool is_store_namespace(std::string_view name);

/// The labels of every object that the operator makes for a store.
json::object own_labels(const Identity& identity);

/// The e-mail address of the store's admin account.
std::string admin_email(const Store& store, const PlatformSettings& settings);

/// What the store's login form takes as the administrator's name.
std::string admin_login_name(const Store& store, const Engine& engine, const PlatformSettings& settings);

Identity identity(const Store& store, std::string id, const Engine& engine, const PlatformSettings& settings);

/// The cluster-scoped claim that makes a host name this store's alone.
json::object host_claim_object(const Store& store, const Identity& identity, const std::string& host);
json::object namespace_object(const Store& store, const Identity& identity);
/// What makes a namespace a store's, kept from its pods' privileges: the labels that are the platform's to
/// say, and whose it is.
json::object namespace_marks(const json::value& object);
/// Those labels: of Pod Security also the versions, which a store's namespace does not have.
std::vector<std::string> mark_labels();
/// RoleBindings of the controller and of the API inside the store namespace.
std::vector<DesiredObject> binding_objects(const Identity& identity, const PlatformSettings& settings);
/// ResourceQuota, LimitRange and NetworkPolicies.
std::vector<DesiredObject> policy_objects(const Identity& identity, const Engine& engine,
                                          const EnginePlan& plan, const PlatformSettings& settings);
/// The Ingress carries `site_hash` so that it also records which site settings were applied before it.
DesiredObject ingress_object(const Identity& identity, const Engine& engine, const PlatformSettings& settings,
                             const std::string& site_hash);

/// The values of the store's Helm release; the same shape for every engine.
json::object helm_values(const StoreSpec& spec, const Engine& engine, const EnginePlan& plan,
                         const PlatformSettings& settings);

/// SHA-256 of the serialised value, 16 hex digits.
std::string content_hash(const json::value& value);

}  // namespace storefleet::engines
