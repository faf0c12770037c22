#pragma once
#include <map>
#include <string>
#include <vector>

#include "controller/watch_cache.hpp"
#include "domain/ports/store_gateway.hpp"
#include "domain/store.hpp"
#include "k8s/client.hpp"

namespace storefleet::cluster_ports {

/// The Store resources through a watch cache of their own; what the API needs of the cluster. One thread;
/// `client` must outlive it.
class ClusterStoreGateway : public StoreGateway {
 public:
  explicit ClusterStoreGateway(k8s::Client& client);

  /// Keeps the cache up to date until cancelled. Spawn it once.
  Task<void> run() { return cache_.run(); }
  [[nodiscard]] bool synced() const { return cache_.synced(); }
  /// How long the stores' watch has brought nothing but failures.
  [[nodiscard]] std::chrono::seconds failing_for() const { return cache_.failing_for(); }

  Result<void> visit(const std::function<void(const Store&)>& visitor) override;
  void on_change(StoreListener listener) override;
  Task<Result<Store>> get(std::string name) override;
  Task<Result<Store>> get_latest(std::string name) override;
  Task<Result<Store>> create(NewStore store, DryRun dry_run) override;
  Task<Result<Store>> update(Store store, StoreSpec spec) override;
  Task<Result<Store>> ask(Store store, StoreRequest request, TimePoint at) override;
  Task<Result<void>> remove(Store store) override;

 private:
  k8s::Client& client_;
  controller::WatchCache<Store> cache_;
  std::map<std::string, const Store*> by_name_;  // the cache's, which stay where they are
};

}  // namespace storefleet::cluster_ports
