#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/hosts.hpp"
#include "domain/ports/store_gateway.hpp"
#include "domain/store.hpp"

namespace storefleet::api {

/// What somebody meets who comes for the shop of a host while no Ingress leads there.
enum class ShopState {
  kNone,    // no store has that host
  kAsleep,  // one that is put to sleep
  kAwake,   // one that is not there yet, or not again
};

/// Which store has which host, from the Store resources alone: kept up to date by their changes, so that
/// whoever asks costs neither a request to the cluster nor a walk over all stores. What a store asks for may
/// be another's: only the operator knows who got it. One thread; `stores` must outlive it.
class StoreHosts {
 public:
  StoreHosts(StoreGateway& stores, PlatformHosts platform);
  StoreHosts(const StoreHosts&) = delete;
  StoreHosts& operator=(const StoreHosts&) = delete;

  [[nodiscard]] const PlatformHosts& platform() const { return platform_; }

  /// What stores have of this host and of the names below and above it; stores that are being deleted do not
  /// count. Nothing while the stores have not been read: then the operator decides alone.
  std::vector<HeldHost> family_of(std::string_view host);

  /// kAwake while the stores have not been read: nobody is told that their shop does not exist.
  ShopState shop_at(std::string_view host);

 private:
  struct Entry {
    std::string uid;
    std::string team;
    std::vector<std::string> hosts;  // the store's own address is not among them
    bool asleep = false;
    bool leaving = false;
  };

  bool load();
  void put(const Store& store);
  void drop(const std::string& name);

  StoreGateway& stores_;
  PlatformHosts platform_;
  bool loaded_ = false;
  std::map<std::string, Entry> entries_;                   // by the store's name
  std::set<std::pair<std::string, std::string>> by_host_;  // host with its last label first; store
};

}  // namespace storefleet::api
