#include "operator/platform_claims.hpp"

#include <algorithm>

#include "base/every.hpp"
#include "base/log.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

using namespace std::chrono_literals;

/// Longer than a write takes to show in the cache.
constexpr auto kInterval = 500ms;

}  // namespace

std::vector<PlatformClaimChange> platform_claim_changes(
    const PlatformHosts& platform, const std::vector<std::pair<std::string, HostClaimView>>& claims) {
  auto missing = platform.all();
  std::vector<PlatformClaimChange> changes;
  for (const auto& [host, claim] : claims) {
    const bool ours = claim.store_uid == kPlatformClaimUid;
    const auto wanted = std::ranges::find(missing, host);
    if (ours == (wanted != missing.end())) {
      if (ours) missing.erase(wanted);
      continue;
    }
    changes.push_back({.host = host, .remove_uid = claim.uid});
  }
  for (auto& host : missing) changes.push_back({.host = std::move(host), .remove_uid = std::nullopt});
  return changes;
}

Task<Result<void>> PlatformClaims::make(std::string host) {
  json::object claim{
      {"apiVersion", k8s::kHostClaim.api_version()},
      {"kind", k8s::kHostClaim.kind},
      {"metadata", {{"name", host}, {"labels", {{"app.kubernetes.io/managed-by", "storefleet"}}}}},
      {"spec", {{"storeName", kPlatformClaimName}, {"storeUid", kPlatformClaimUid}}}};
  const auto created = co_await client_.create(k8s::kHostClaim, "", std::move(claim));
  if (created || created.error().code == ErrorCode::kAlreadyExists) co_return Result<void>{};
  co_return std::unexpected(created.error());
}

Task<Result<void>> PlatformClaims::remove(std::string host, std::string uid) {
  k8s::DeleteOptions options{.uid = std::move(uid)};
  const auto removed =
      co_await client_.remove(k8s::kHostClaim, {.name = std::move(host)}, std::move(options));
  if (removed || removed.error().code == ErrorCode::kNotFound) co_return Result<void>{};
  co_return std::unexpected(removed.error());
}

Task<void> PlatformClaims::ensure() {
  std::vector<std::pair<std::string, HostClaimView>> claims;
  caches_.host_claims.for_each(
      [&](const k8s::ObjectName& name, const HostClaimView& view) { claims.emplace_back(name.name, view); });
  const auto changes = platform_claim_changes(platform_, claims);
  // Those that go come first: their names may be among those to be made.
  for (const auto& change : changes) {
    Result<void> done;
    if (change.remove_uid)
      done = co_await remove(change.host, *change.remove_uid);
    else
      done = co_await make(change.host);
    if (done)
      log_info(change.remove_uid ? "a claim on a host of the platform was removed"
                                 : "a host of the platform was claimed",
               {{"host", change.host}});
    else
      log_warning("a host claim of the platform cannot be put right",
                  {{"host", change.host}, {"error", done.error().message}});
  }
}

Task<void> PlatformClaims::run() {
  return every(kInterval, kInterval, [this] { return ensure(); });
}

}  // namespace storefleet::store_operator
