#pragma once
#include <boost/asio/io_context.hpp>

#include "api/access_watch.hpp"
#include "api/gate/api.hpp"
#include "api/passwords.hpp"
#include "api/platform/health.hpp"
#include "api/stream/event_hub.hpp"
#include "domain/testing/accounts.hpp"
#include "domain/testing/ports.hpp"

namespace storefleet::api {

/// Everything that an Api works on, in memory, for tests and fuzzers.
class MemoryPlatform {
 protected:
  /// For an Api with the bootstrap token "the-token"; its metrics go to a registry of its own.
  ApiDependencies dependencies(prometheus::Registry& metrics) {
    return {.stores = stores_,
            .hosts = hosts_,
            .insight = insight_,
            .check = check_,
            .history = history_,
            .idempotency = keys_,
            .ledger = ledger_,
            .leader = leader_,
            .isolation = isolation_,
            .provisioning = provisioning_,
            .engines = engines_,
            .logins = logins_,
            .directory = directory_,
            .audit = audit_,
            .passwords = passwords_,
            .events = hub_,
            .health = health_,
            .metrics = metrics,
            .admin_token = "the-token",
            .access = &access_};
  }

  asio::io_context context_;  // first: until they end, threads of `passwords_` may be posting to it
  MemoryStores stores_;
  StoreHosts hosts_{stores_, {.base_domain = "storefleet.localhost"}};
  MemoryInsight insight_;
  MemoryCheck check_;
  MemoryHistory history_;
  MemoryKeys keys_;
  MemoryLedger ledger_;
  MemoryLeader leader_;
  MemoryIsolation isolation_;
  MemoryProvisioning provisioning_;
  TwoEngines engines_;
  MemoryLogins logins_;
  MemoryDirectory directory_;
  MemoryAuditLog audit_;
  AccessWatch access_{logins_};
  Passwords passwords_;
  Health health_{"1.2.3"};
  prometheus::Registry metrics_;
  MemoryFeed feed_{history_};
  EventHub hub_{stores_, feed_, metrics_};
};

}  // namespace storefleet::api
