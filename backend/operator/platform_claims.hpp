#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "domain/hosts.hpp"
#include "k8s/client.hpp"
#include "operator/watch/caches.hpp"

namespace storefleet::store_operator {

/// A HostClaim that is to go, by name and UID, or to be made, by name alone.
struct PlatformClaimChange {
  std::string host;
  std::optional<std::string> remove_uid;
  bool operator==(const PlatformClaimChange&) const = default;
};

/// What keeps the claims from being so that the platform holds its own host and the base domain, and no
/// others. Pure. A claim of a store on one of these is older than this rule, or made by hand: it goes.
std::vector<PlatformClaimChange> platform_claim_changes(
    const PlatformHosts& platform, const std::vector<std::pair<std::string, HostClaimView>>& claims);

/// Makes the platform's own HostClaims, and makes them again where somebody deleted them. It looks at the
/// watch cache only: at rest it asks the API server for nothing. Runs on the leader alone; what it refers to
/// must outlive it.
class PlatformClaims {
 public:
  PlatformClaims(k8s::Client& client, const ClusterCaches& caches, PlatformHosts platform)
      : client_(client), caches_(caches), platform_(std::move(platform)) {}

  /// Call it when the caches are synced, before the first store claims anything.
  Task<void> ensure();
  /// Until cancelled. Spawn it once.
  Task<void> run();

 private:
  Task<Result<void>> make(std::string host);
  Task<Result<void>> remove(std::string host, std::string uid);

  k8s::Client& client_;
  const ClusterCaches& caches_;
  PlatformHosts platform_;
};

}  // namespace storefleet::store_operator
