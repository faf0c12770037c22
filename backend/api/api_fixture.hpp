#pragma once
#include <string>

#include <gtest/gtest.h>

#include "api/api.hpp"
#include "api/event_hub.hpp"
#include "api/openapi_check.hpp"
#include "api/test_accounts.hpp"
#include "api/test_ports.hpp"

namespace storefleet {

/// An Api on ports in memory. Every answer it gives is checked against openapi.yaml.
class ApiTest : public testing::Test {
 protected:
  ApiTest();

  HttpResponse send(const std::string& method, const std::string& target, const std::string& body = {},
                    Headers headers = {});
  /// One request to any Api, not held against the contract.
  static HttpResponse handle(Api& api, HttpRequest request);
  HttpResponse get(const std::string& target) { return send("GET", target); }
  HttpResponse post(const std::string& body, Headers headers = {}) {
    return send("POST", "/api/v1/stores", body, std::move(headers));
  }
  /// Puts a store there as the controller would leave it.
  Store& ready_store(const std::string& name);

  static json::value body_of(const HttpResponse& response);
  static std::string code_of(const HttpResponse& response);
  /// The pointers of a problem's errors, in order.
  static std::vector<std::string> pointers_of(const HttpResponse& response);

  MemoryStores stores_;
  MemoryInsight insight_;
  MemoryCheck check_;
  MemoryHistory history_;
  MemoryKeys keys_;
  MemoryLedger ledger_;
  MemoryLeader leader_;
  MemoryProvisioning provisioning_;
  TwoEngines engines_;
  MemoryLogins logins_;
  MemoryDirectory directory_;
  MemoryAuditLog audit_;
  Passwords passwords_;
  Health health_{"1.2.3"};
  prometheus::Registry metrics_;
  MemoryFeed feed_{history_};
  EventHub hub_{stores_, feed_, metrics_};
  std::string token_ = "the-token";  // sent by send(); empty: none
  OpenApiCheck contract_;
  Api api_{{.stores = stores_,
            .insight = insight_,
            .check = check_,
            .history = history_,
            .idempotency = keys_,
            .ledger = ledger_,
            .leader = leader_,
            .provisioning = provisioning_,
            .engines = engines_,
            .logins = logins_,
            .directory = directory_,
            .audit = audit_,
            .passwords = passwords_,
            .events = hub_,
            .health = health_,
            .metrics = metrics_,
            .admin_token = "the-token"}};
};

}  // namespace storefleet
