#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/failure.hpp"
#include "domain/phase.hpp"
#include "domain/step.hpp"

namespace storefleet::inline domain {

/// The team of stores that name none.
inline constexpr std::string_view kDefaultTeam = "default";

enum class DeletionPolicy { kDelete, kRetain };

/// Only what belongs to these teams; nothing: all.
using TeamFilter = std::optional<std::vector<std::string>>;

/// What a store should be: `spec` of the Store resource (design 4).
struct StoreSpec {
  std::string engine;
  std::string plan = "small";
  std::string team = "default";
  std::string title;        // empty: the store's name
  std::string admin_email;  // empty: admin@<host>
  std::string note = {};    // for the team: what the store is for; shoppers never see it
  std::vector<std::string> hosts;
  bool sample_data = true;
  bool asleep = false;
  std::optional<TimePoint> expires_at;
  std::string engine_version;  // empty: the engine's newest
  json::object values;         // engine parameters
  std::string values_refused =
      {};  // why `values` of the resource are beyond what is read; they are empty then
  DeletionPolicy deletion_policy = DeletionPolicy::kDelete;
};

/// The part of a spec that its Helm release is made from, with the engine's version that it stood for.
struct ReleaseSpec {
  std::string engine_version;
  std::string plan;
  json::object values;

  bool operator==(const ReleaseSpec&) const = default;
};

/// A Kubernetes condition of `status.conditions`.
struct Condition {
  std::string type;
  bool status = false;
  ConditionReason reason;
  ConditionMessage message;
  TimePoint last_transition;

  bool operator==(const Condition&) const = default;
};

/// The condition that says whether the store has its place in its team's quota.
inline constexpr std::string_view kAdmittedCondition = "Admitted";

/// There while the store is to have, or is getting, another release by a change of the platform; true while
/// it gets it.
inline constexpr std::string_view kUpgradingCondition = "Upgrading";

/// What a store is: `status`, written only by the controller.
struct StoreStatus {
  Phase phase = Phase::kPending;
  std::int64_t observed_generation = 0;
  std::string id;  // 10 characters of Crockford base32, never reused
  std::string store_namespace;
  std::string url;
  std::string admin_url;
  std::string engine_version;
  std::vector<Step> steps;
  std::optional<Failure> failure;
  std::vector<Condition> conditions;
  std::optional<double> ready_seconds;  // from creation to the first Ready
  std::vector<ReleaseSpec> releases;    // that the store was Ready with: the last one, and the one before it

  bool operator==(const StoreStatus&) const = default;
};

/// A Store resource as read from the API server.
struct Store {
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  TimePoint created_at;
  std::optional<TimePoint> deletion_requested_at;
  std::vector<std::string> finalizers;
  std::map<std::string, std::string> annotations;
  StoreSpec spec;
  StoreStatus status;

  [[nodiscard]] bool has_finalizer() const;  // ours

  /// Whether the resource was deleted (kubectl, GitOps) while its deletionPolicy is Retain: it stays,
  /// stopped, with its data, its name and its place in the quota, until somebody sets the policy to Delete. A
  /// teardown that has begun is not stopped by it.
  [[nodiscard]] bool is_retained() const;

  /// Whether nothing of it is to run: it sleeps, or is retained.
  [[nodiscard]] bool is_stopped() const;
};

/// Annotation of a store that was created with an Idempotency-Key: a digest of caller, key and request.
inline constexpr std::string_view kRequestAnnotation = "storefleet.dev/request";

/// What a person asks of the controller beside the spec, by an annotation whose value is the time of asking
/// (RFC 3339); any new value counts, since people type it.
enum class StoreRequest {
  kRetry,               // try at once what waits to be tried again
  kResetAdminPassword,  // give the store's admin a new password
};
std::string_view annotation_of(StoreRequest request);

/// When that was last asked of the store, as it was written; empty: never.
std::string asked_at(const Store& store, StoreRequest request);

inline constexpr std::string_view kFinalizer = "storefleet.dev/teardown";
/// The Secret inside the store namespace with the admin login (keys username and password).
inline constexpr std::string_view kAdminSecretName = "store-admin";
/// Key of the same Secret that one-click login links are signed with.
inline constexpr std::string_view kLoginKey = "loginKey";
inline constexpr std::size_t kMaxStoreNameLength = 40;

/// Whether `name` is a DNS label (RFC 1123) of at most kMaxStoreNameLength characters that no platform host
/// uses; the error says what is wrong with it.
Result<void> validate_store_name(std::string_view name);

/// What a rollback would make of the store's release; nothing where it was Ready with nothing else.
std::optional<ReleaseSpec> rollback_target(const Store& store);

/// Why these engine parameters are beyond what the platform reads at all; empty where they are not.
std::string values_trouble(const json::object& values);

/// Mapping to and from the Store resource's JSON. `parse_store` fails only on what the CRD's schema excludes.
/// Whoever may edit a Store may have written anything: what does not fit is left out, never trusted.
Result<Store> parse_store(const json::value& object);
StoreSpec parse_spec(const json::value& spec);
json::object spec_json(const StoreSpec& spec);
json::object release_spec_json(const ReleaseSpec& release);
StoreStatus parse_status(const json::value& status);
json::object status_json(const StoreStatus& status);
/// The same as a JSON merge patch (RFC 7396): what the status does not have is null, so that it goes.
json::object status_patch(const StoreStatus& status);

}  // namespace storefleet::inline domain
