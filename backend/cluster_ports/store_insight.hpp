#pragma once
#include "domain/insight.hpp"
#include "domain/ports/store_insight.hpp"
#include "domain/store.hpp"
#include "engines/catalogue.hpp"
#include "engines/settings.hpp"
#include "k8s/client.hpp"

namespace storefleet::cluster_ports {

/// A store's admin login: the name that its login form takes, with what the Secret store-admin holds.
struct AdminSecret {
  Credentials credentials;
  std::string login_key;
};

/// What the API may read inside a store namespace, by the role that the controller binds for it there. One
/// thread; what it refers to must outlive it and its calls.
class ClusterStoreInsight : public StoreInsight {
 public:
  ClusterStoreInsight(k8s::Client& client, const engines::EngineCatalogue& catalogue,
                      const engines::PlatformSettings& settings)
      : client_(client), catalogue_(catalogue), settings_(settings) {}

  Task<Result<Credentials>> credentials(Store store) override;
  Task<Result<LoginLink>> login_link(Store store) override;
  // store_logs.cpp
  Task<Result<LogSource>> find_log(Store store, LogQuery query) override;
  Task<Result<std::string>> logs(LogSource source, LogQuery query) override;
  /// At most for an hour. A reader that is slower than the log misses lines, and is told.
  Task<Result<void>> follow_logs(LogSource source, LogQuery query, LogWriter write) override;
  // store_usage.cpp
  Task<Result<StoreUsage>> usage(Store store) override;

  /// NotFound until the store has an admin account.
  Task<Result<AdminSecret>> admin_secret(Store store);

 private:
  k8s::Client& client_;
  const engines::EngineCatalogue& catalogue_;
  const engines::PlatformSettings& settings_;
};

}  // namespace storefleet::cluster_ports
