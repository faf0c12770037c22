#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "domain/store.hpp"

namespace storefleet::inline domain {

/// Hears of a store that changed: `old` is null for a new one, `now` for one that is gone. Both are valid
/// during the call only.
using StoreListener = std::function<void(const Store* old, const Store* now)>;

/// Whether something is only tried: judged by the API server, and not kept.
enum class DryRun { kNo, kYes };

/// What a Store is created from.
struct NewStore {
  std::string name;
  StoreSpec spec;
  std::map<std::string, std::string> annotations = {};
};

/// The Store resources of the cluster.
class StoreGateway {
 public:
  virtual ~StoreGateway() = default;
  /// From the watch cache; Unavailable until it has synced once. Shows each store, by name; they are valid
  /// during the call only.
  virtual Result<void> visit(const std::function<void(const Store&)>& visitor) = 0;
  /// Tells of every change that visit() shows from its first success on. Add listeners before the cache runs;
  /// they must outlive its run.
  virtual void on_change(StoreListener listener) = 0;
  /// From the cache, or from the API server where the cache does not have it yet.
  virtual Task<Result<Store>> get(std::string name) = 0;
  /// From the API server: also what another process has just changed.
  virtual Task<Result<Store>> get_latest(std::string name) = 0;
  /// AlreadyExists where the name is taken; InvalidArgument where the API server refuses the object.
  virtual Task<Result<Store>> create(NewStore store, DryRun dry_run) = 0;
  /// Replaces the spec of exactly this store and generation; Conflict where it has changed meanwhile.
  virtual Task<Result<Store>> update(Store store, StoreSpec spec) = 0;
  /// Asks something of the controller; Conflict or NotFound where exactly this store is gone.
  virtual Task<Result<Store>> ask(Store store, StoreRequest request, TimePoint at) = 0;
  /// Requests the teardown of exactly this store as it was read; Conflict where it has changed meanwhile,
  /// NotFound where it is gone already.
  virtual Task<Result<void>> remove(Store store) = 0;
};

}  // namespace storefleet::inline domain
