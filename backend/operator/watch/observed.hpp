#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/quota.hpp"
#include "domain/store.hpp"
#include "engines/engine.hpp"
#include "engines/objects.hpp"
#include "operator/watch/action_kind.hpp"
#include "operator/watch/views.hpp"

namespace storefleet::store_operator {

/// The last tries of one kind of action for one store, in this process.
struct Attempt {
  int failures = 0;            // in a row; 0: the last one succeeded
  TimePoint at;                // when the last one ended
  std::optional<Error> error;  // of the last one
};

/// What this process remembers of a store beyond what the cluster shows. All of it can be lost: after a
/// restart the actions behind it run once more and change nothing.
struct StoreMemory {
  std::map<ActionKind, Attempt> attempts;
  std::optional<QuotaClaim> admitted;  // what the ledger took
  std::int64_t generation = 0;         // of the spec that was looked at last; 0: none yet
  std::string retry_taken;             // value of the retry annotation that was last acted on
  std::string namespace_uid;           // what was done inside a namespace counts for that very one
  std::string site_applied;            // site hash that the in-pod endpoint took
  std::string route_answered_by;       // UID of the web pod that the ingress led to when the route was probed
  bool commerce_passed = false;
  bool uninstalled = false;
  bool verified_gone = false;
  bool receipt_saved = false;
  bool quota_released = false;
  std::string evidence;     // last log lines of the container that fails
  std::string evidence_of;  // pod and restart count they belong to
  json::object removed;     // kind → names, for the teardown receipt
};

/// What should exist for a store; follows from spec and settings alone.
struct Desired {
  std::vector<engines::DesiredObject> bindings;
  std::vector<engines::DesiredObject> policies;
  engines::DesiredObject ingress;
  json::object values;
  json::object site;                 // body for the in-pod endpoint, without the admin's password
  std::string release_hash;          // of chart files, values and what of them the store's team says
  std::uint64_t release_digest = 0;  // its first part as a number: of all of it
  std::uint64_t spec_digest = 0;     // its second part: of what the team says
  std::uint64_t marks = 0;           // of the namespace
  std::string site_hash;             // of that, and of the last wish for a new password
};

/// Why no store may be made: stores would reach each other.
struct IsolationHold {
  bool settled = false;  // else the first look is still to come: no failure yet
  std::string why;
};

/// A change of the platform that the store's release is to have, see waves.hpp.
struct Wave {
  std::string held_by;  // why not yet; empty: it is under way, and the store has not come back
};

/// One host name and who has claimed it.
struct ObservedHost {
  std::string host;
  std::optional<HostClaimView> claim;
  std::string owner = {};  // of that claim where it is another's, in words that this store's team may read
};

/// Everything that decisions about one store are made from; gathered without I/O.
struct Observed {
  Store store;
  std::optional<Error> spec_error;  // unknown engine or plan, invalid values: nothing else is looked at then
  engines::Engine engine;           // empty where spec_error is set
  engines::Identity identity;
  QuotaClaim quota_claim;  // what the store would take of its team's quota
  Desired desired;
  std::vector<ObservedHost> hosts;
  std::vector<Error> refused_hosts;         // why others of spec.hosts are neither claimed nor served
  std::vector<ObservedHost> claimed_hosts;  // all claims of this store, wanted or not
  std::optional<NamespaceView> ns;
  std::optional<SecretView> secrets;
  std::optional<SecretView> admin_secret;
  std::optional<SecretView> kept_secret;
  std::optional<ReleaseView> release;
  std::vector<ServiceView> services;
  std::vector<EndpointsView> endpoints;
  bool ingress_is_down = false;
  std::vector<OwnedView> bindings;
  std::vector<OwnedView> quotas;
  std::vector<OwnedView> limits;
  std::vector<OwnedView> network_policies;
  std::vector<OwnedView> ingresses;
  std::vector<WorkloadView> deployments;
  std::vector<WorkloadView> stateful_sets;
  std::vector<PodView> pods;
  std::vector<VolumeClaimView> volume_claims;
  std::vector<std::string> served_volume_claims;  // of the plan that the store was last Ready with
  std::vector<VolumeView> volumes;
  std::optional<IsolationHold> isolation_hold;
  std::optional<Wave> wave;
  StoreMemory memory;
};

}  // namespace storefleet::store_operator
